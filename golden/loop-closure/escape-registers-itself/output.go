package main

import "fmt"

type view struct {
	name   string
	closed bool
}

var visible []*view

func newView(name string) *view {
	fmt.Println("new", name)
	return &view{name: name}
}

func (v *view) show() { visible = append(visible, v) }

func (v *view) Close() {
	v.closed = true
	fmt.Println("~ close", v.name)
}

func redraw() {
	for _, v := range visible {
		fmt.Println("draw", v.name, v.closed)
	}
}

func showAll(names ...string) {
	for _, name := range names {
		func() {
			v := newView(name)
			defer v.Close()
			v.show()
		}()
	}
	redraw()
}

func main() {
	showAll("tree", "text")
}
