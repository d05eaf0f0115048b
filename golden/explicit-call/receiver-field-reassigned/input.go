package main

import "fmt"

type file struct{ name string }

func (f *file) Close() { fmt.Println("~ close", f.name) }

type box struct{ f *file }

func (b *box) swap(f *file) string {
	defer b.f.Close()
	old := b.f.name
	b.f = f
	return old
}

func main() {
	b := &box{&file{"a"}}
	fmt.Println(b.swap(&file{"b"}))
	fmt.Println(b.swap(nil))
}
