package main

import "fmt"

type conn struct {
	name  string
	hooks []func()
}

func dial(name string) *conn {
	fmt.Println("dial", name)
	return &conn{name: name}
}

func (c *conn) OnClose(f func()) { c.hooks = append(c.hooks, f) }

func (c *conn) ask() string { return "answer of " + c.name }

func (c *conn) Close() {
	fmt.Println("~ close", c.name)
	for _, f := range c.hooks {
		f()
	}
}

func main() {
	for _, name := range []string{"a", "b"} {
		closed := 0
		func() {
			c := dial(name)
			c.OnClose(func() { closed++ })
			defer c.Close()
			fmt.Println(c.ask(), closed)
		}()
	}
}
