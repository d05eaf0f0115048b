package main

import "fmt"

type file struct{ name string }

func open(name string) (*file, error) {
	fmt.Println("open", name)
	return &file{name}, nil
}

func (f *file) size() int { return len(f.name) }

func (f *file) Close() error {
	fmt.Println("~ close", f.name)
	return nil
}

func total(names []string) (n int, _ error) {
	for _, name := range names {
		f, err := open(name)
		if err != nil {
			return 0, err
		}
		defer func() { _ = f.Close() }()
		n += f.size()
	}
	return n, nil
}

func main() {
	fmt.Println(total([]string{"a", "bc"}))
}
