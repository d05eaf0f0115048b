package main

import "fmt"

type listener struct {
	name   string
	closed bool
}

func open(name string) *listener {
	fmt.Println("open", name)
	return &listener{name: name}
}

func (l *listener) Close() {
	l.closed = true
	fmt.Println("~ close", l.name)
}

type bus struct {
	listeners []*listener
}

func (b *bus) add(l *listener) { b.listeners = append(b.listeners, l) }

func (b *bus) publish(text string) {
	for _, l := range b.listeners {
		fmt.Println(text, "to", l.name, l.closed)
	}
}

func announce(text string, names ...string) {
	b := new(bus)
	for _, name := range names {
		l := open(name)
		defer l.Close()
		b.add(l)
	}
	b.publish(text)
}

func main() {
	announce("hello", "a", "b")
}
