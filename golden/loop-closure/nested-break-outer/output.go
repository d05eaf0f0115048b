package main

import "fmt"

type box struct {
	name   string
	closed bool
}

func open(name string) *box {
	fmt.Println("open", name)
	return &box{name: name}
}

func (b *box) Close() {
	b.closed = true
	fmt.Println("~ close", b.name)
}

func hunt(want string, crates, boxes []string) (string, bool) {
crates:
	for _, crate := range crates {
		if exit, text, ok := func() (int, string, bool) {
			c := open(crate)
			defer c.Close()
			for _, name := range boxes {
				if exit, text, ok := func() (int, string, bool) {
					b := open(crate + "/" + name)
					defer b.Close()
					switch b.name {
					case want:
						return 1, b.name, true
					case "2/stop":
						fmt.Println("stop", b.closed, c.closed)
						return 2, "", false
					case "1/skip":
						return 3, "", false
					}
					fmt.Println("not in", b.name)
					return 0, "", false
				}(); exit == 1 {
					return 1, text, ok
				} else if exit == 2 {
					return 2, "", false
				} else if exit == 3 {
					return 0, "", false
				}
			}
			fmt.Println("crate done", c.closed)
			return 0, "", false
		}(); exit == 1 {
			return text, ok
		} else if exit == 2 {
			break crates
		}
	}
	return "", false
}

func main() {
	fmt.Println(hunt("2/b", []string{"1", "2"}, []string{"a", "b", "c"}))
	fmt.Println(hunt("3/a", []string{"1", "2", "3"}, []string{"skip", "stop", "a"}))
	fmt.Println(hunt("9/z", []string{"3"}, []string{"a"}))
}
