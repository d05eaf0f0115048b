//go:build go1.21

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
	for i := 0; i < len(names); i++ {
		name := names[i]
		m := open(name)
		defer func() {
			m.Close(fmt.Sprint(name, " before ", i))
		}()
		fmt.Println("read", i, name, m.closed)
	}
}

func main() {
	readAll([]string{"a", "b"})
}
