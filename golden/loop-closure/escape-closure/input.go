package main

import "fmt"

type template struct {
	name   string
	closed bool
}

func parse(name string) *template {
	fmt.Println("parse", name)
	return &template{name: name}
}

func (t *template) render(to string) { fmt.Println("render", t.name, "for", to, t.closed) }

func (t *template) Close() {
	t.closed = true
	fmt.Println("~ close", t.name)
}

func mailAll(names, users []string) {
	var jobs []func(string)
	for _, name := range names {
		t := parse(name)
		defer t.Close()
		jobs = append(jobs, func(user string) { t.render(user) })
	}
	for _, user := range users {
		for _, job := range jobs {
			job(user)
		}
	}
}

func main() {
	mailAll([]string{"hello", "bye"}, []string{"ann"})
}
