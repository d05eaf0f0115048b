package main

import "fmt"

type file struct{ name string }

func open(name string) *file {
	if name == "" {
		return nil
	}
	fmt.Println("open", name)
	return &file{name}
}

func (f *file) first() string { return f.name[:1] }

func (f *file) Close() error {
	fmt.Println("~ close", f.name)
	return nil
}

func firstReadable(names []string) string {
	for _, name := range names {
		f := open(name)
		if f == nil {
			continue
		}
		defer f.Close()
		return f.first()
	}
	return "none"
}

func main() {
	fmt.Println(firstReadable([]string{"", "", "readme", "license"}))
	fmt.Println(firstReadable([]string{""}))
}
