package main

import "fmt"

type room struct {
	name string
	lit  bool
}

func enter(name string) *room {
	fmt.Println("light on", name)
	return &room{name, true}
}

func (r *room) holds(what string) bool { return r.lit && r.name == "kitchen" && what == "keys" }

func (r *room) Close() {
	r.lit = false
	fmt.Println("~ light off", r.name)
}

func search(what string) {
	for _, name := range []string{"hall", "kitchen", "attic"} {
		if done := func() bool {
			r := enter(name)
			defer r.Close()
			if r.holds(what) {
				fmt.Println("found", what, "in the", name)
				return true
			}
			fmt.Println("no", what, "in the", name)
			return false
		}(); done {
			return
		}
	}
	fmt.Println("lost", what)
}

func main() {
	search("keys")
	search("glasses")
}
