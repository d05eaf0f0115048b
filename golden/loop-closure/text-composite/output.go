package main

import (
	"fmt"
	"strings"
)

type form struct {
	name   string
	closed bool
}

func open(name string) *form {
	fmt.Println("open", name)
	return &form{name: name}
}

func (f *form) Close() {
	f.closed = true
	fmt.Println("~ close", f.name)
}

func fill(names ...string) {
	for _, name := range names {
		func() {
			f := open(name)
			defer f.Close()
			fields := map[string]string{
				"name": f.name, // of the form
				"upper": strings.ToUpper(
					f.name,
				),
				"nothing": "",
			}
			print := func(key string) {
				fmt.Printf(
					"%s=%s %t\n",
					key,
					fields[key],
					f.closed,
				)
			}
			print("name")
			print("upper")
		}()
	}
}

func main() {
	fill("ab", "ba")
}
