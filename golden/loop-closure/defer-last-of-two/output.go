package main

import "fmt"

type layer struct {
	name   string
	closed bool
}

func open(name string) *layer {
	fmt.Println("open", name)
	return &layer{name: name}
}

func (l *layer) write(text string) { fmt.Println("write", text, "to", l.name, l.closed) }

func (l *layer) Close() error {
	l.closed = true
	fmt.Println("~ close", l.name)
	return nil
}

func writeAll(texts ...string) {
	for _, text := range texts {
		func() {
			file := open("file of " + text)
			defer file.Close()
			buffer := open("buffer of " + text)
			file.write("header")
			buffer.write(text)
			defer buffer.Close()
		}()
	}
}

func main() {
	writeAll("a", "b")
}
