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
		d := open(name)
		defer d.Close()
		if len(name) > 3 {
			return struct {
				Name string
				Size int // in blocks
			}{name, len(name)}, nil
		}
		if name == "" {
			break
		}
		fmt.Println("small", name, d.closed)
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
