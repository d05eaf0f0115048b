package main

import "fmt"

type process struct{ name string }

var running = map[string]bool{}

type command struct {
	name    string
	Process *process
}

func (c *command) Start() {
	c.Process = &process{c.name}
	running[c.name] = true
	fmt.Println("start", c.name)
}

func (p *process) Kill() {
	running[p.name] = false
	fmt.Println("~ kill", p.name)
}

func withHelpers(work func(), names ...string) {
	for _, name := range names {
		func() {
			c := &command{name: name}
			c.Start()
			defer c.Process.Kill()
			fmt.Println("helper is", c.name)
		}()
	}
	work()
}

func main() {
	withHelpers(func() { fmt.Println("work with", running["cache"], running["index"]) }, "cache", "index")
}
