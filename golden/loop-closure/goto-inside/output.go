package main

import "fmt"

type call struct {
	name  string
	tries int
	over  bool
}

func dial(name string) *call {
	fmt.Println("dial", name)
	return &call{name: name}
}

func (c *call) answered() bool {
	c.tries++
	fmt.Println("ring", c.name, c.tries, c.over)
	return c.tries == len(c.name)
}

func (c *call) Close() {
	c.over = true
	fmt.Println("~ hang up", c.name)
}

func callAll(names ...string) {
	for _, name := range names {
		func() {
			c := dial(name)
			defer c.Close()
		ring:
			if !c.answered() {
				if c.tries < 3 {
					goto ring
				}
				fmt.Println("no answer from", name)
				return
			}
			fmt.Println("talk to", name)
		}()
	}
}

func main() {
	callAll("al", "roberta", "x")
}
