package main

import "fmt"

type temp struct {
	name   string
	closed bool
}

func create(name string) *temp {
	fmt.Println("create", name)
	return &temp{name: name}
}

func (t *temp) use() { fmt.Println("use", t.name, t.closed) }

func (t *temp) Close() {
	t.closed = true
	fmt.Println("~ close", t.name)
}

func useAll(keep bool, names ...string) {
	for _, name := range names {
		func() {
			t := create(name)
			defer func() {
				if !keep {
					t.Close()
				}
			}()
			t.use()
		}()
	}
}

func main() {
	useAll(false, "a", "b")
	useAll(true, "c")
}
