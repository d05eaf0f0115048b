package main

import "fmt"

type disk struct {
	name   string
	closed bool
}

func (d *disk) String() string { return d.name }

func open(name string) *disk {
	fmt.Println("open", name)
	return &disk{name: name}
}

func (d *disk) Close() {
	d.closed = true
	fmt.Println("~ close", d.name)
}

func largest(names ...string) (struct {
	Name string
	Size int // in blocks
}, interface {
	String() string
}) {
	for _, name := range names {
		if exit, result1, result2 := func() (exit int, result1 struct {
	Name string
	Size int // in blocks
}, result2 interface {
	String() string
}) {
			d := open(name)
			defer d.Close()
			if len(name) > 3 {
				return 1, struct {
					Name string
					Size int // in blocks
				}{name, len(name)}, nil
			}
			if name == "" {
				return 2, result1, result2
			}
			fmt.Println("small", name, d.closed)
			return
		}(); exit == 1 {
			return result1, result2
		} else if exit == 2 {
			break
		}
	}
	return struct {
		Name string
		Size int // in blocks
	}{}, fmt.Stringer(nil)
}

func main() {
	fmt.Println(largest("a", "bbbb", "c"))
	fmt.Println(largest("a", "", "bbbb"))
}
