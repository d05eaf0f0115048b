package main

import "fmt"

type replica struct {
	name   string
	closed bool
}

func connect(name string) *replica {
	fmt.Println("connect", name)
	return &replica{name: name}
}

func (r *replica) get(key string) bool {
	fmt.Println("get", key, "from", r.name, r.closed)
	return r.name+key == "b1" || key == "3"
}

func (r *replica) Close() {
	r.closed = true
	fmt.Println("~ close", r.name)
}

func lookup(keys, replicas []string) {
keys:
	for _, key := range keys {
		for _, name := range replicas {
			if skip := func() bool {
				r := connect(name)
				defer r.Close()
				if r.get(key) {
					fmt.Println("found", key)
					return true
				}
				return false
			}(); skip {
				continue keys
			}
		}
		fmt.Println("lost", key)
	}
}

func main() {
	lookup([]string{"1", "2", "3"}, []string{"a", "b"})
}
