package main

import "fmt"

type room struct{ name string }

func (r *room) clean() { fmt.Println("clean", r.name) }

func cleanAll(names []string, ready chan<- string) {
	for _, name := range names {
		r := &room{name}
		defer func() { ready <- r.name }()
		r.clean()
	}
}

func main() {
	ready := make(chan string, 2)
	cleanAll([]string{"hall", "attic"}, ready)
	fmt.Println(len(<-ready)+len(<-ready), "letters of rooms ready")
}
