package main

import "fmt"

type font struct {
	name   string
	closed bool
}

var fonts = map[string]*font{}

func load(name string) *font {
	if f, ok := fonts[name]; ok {
		return f
	}
	fmt.Println("load", name)
	f := &font{name: name}
	fonts[name] = f
	return f
}

func (f *font) measure(text string) { fmt.Println("measure", text, f.name, f.closed) }

func (f *font) Close() {
	f.closed = true
	delete(fonts, f.name)
	fmt.Println("~ unload", f.name)
}

func layout(names ...string) {
	for _, name := range names {
		f := load(name)
		defer f.Close()
		f.measure("title")
	}
	load(names[0]).measure("footer")
}

func main() {
	layout("serif", "mono")
}
