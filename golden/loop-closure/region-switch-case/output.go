package main

import "fmt"

type include struct {
	path   string
	closed bool
}

func open(path string) *include {
	fmt.Println("open", path)
	return &include{path: path}
}

func (in *include) empty() bool { return in.path == "empty" }

func (in *include) Close() {
	in.closed = true
	fmt.Println("~ close", in.path)
}

func expand(directives [][2]string) {
	for _, d := range directives {
		switch kind, arg := d[0], d[1]; kind {
		case "include":
			func() {
				in := open(arg)
				defer in.Close()
				if in.empty() {
					return
				}
				fmt.Println("copy", in.path, in.closed)
			}()
		case "define":
			fmt.Println("define", arg)
		case "end":
			fmt.Println("end")
			return
		}
		fmt.Println("line done")
	}
}

func main() {
	expand([][2]string{{"define", "X"}, {"include", "a"}, {"include", "empty"}, {"end", ""}, {"include", "b"}})
}
