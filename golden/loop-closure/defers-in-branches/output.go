package main

import "fmt"

type handle struct {
	kind, name string
	closed     bool
}

func open(kind, name string) *handle {
	fmt.Println("open", kind, name)
	return &handle{kind: kind, name: name}
}

func (h *handle) copy() { fmt.Println("copy", h.kind, h.name, h.closed) }

func (h *handle) Close() {
	h.closed = true
	fmt.Println("~ close", h.kind, h.name)
}

func copyAll(paths ...string) {
	for _, path := range paths {
		if path[0] == '/' {
			func() {
				f := open("file", path)
				defer f.Close()
				f.copy()
			}()
		} else {
			if skip := func() bool {
				c := open("connection", path)
				defer c.Close()
				if path == "localhost" {
					return true
				}
				c.copy()
				return false
			}(); skip {
				continue
			}
		}
		fmt.Println("copied", path)
	}
}

func main() {
	copyAll("/a", "host", "localhost", "/b")
}
