package main

import "fmt"

type counter struct {
	name string
	open bool
}

func open(name string) *counter {
	fmt.Println("open", name)
	return &counter{name, true}
}

func (c *counter) Close() {
	c.open = false
	fmt.Println("~ close", c.name)
}

func measure(names ...string) (int, bool) {
	for _, name := range names {
		if done, size, open := func() (bool, int, bool) {
			c := open(name)
			size := len(name)
			defer func() {
				size = -1
				c.Close()
			}()
			if size > 3 {
				return true, size, c.open
			}
			fmt.Println("small", name)
			return false, 0, false
		}(); done {
			return size, open
		}
	}
	return 0, false
}

func main() {
	fmt.Println(measure("a", "abcd", "abcdef"))
	fmt.Println(measure("a"))
}
