package main

import "fmt"

type meter struct {
	closed bool
}

func open(name string) *meter {
	fmt.Println("open", name)
	return new(meter)
}

func (m *meter) Close(name string) {
	m.closed = true
	fmt.Println("~ close", name)
}

func readAll(names []string) {
	for i, name := range names {
		func() {
			m := open(name)
			defer func(name string) {
				m.Close(name)
			}(name)
			if i == 1 {
				return
			}
			fmt.Println("read", i, name, m.closed)
		}()
	}
}

func main() {
	readAll([]string{"a", "b", "c"})
}
