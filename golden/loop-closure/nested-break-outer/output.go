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
		done, stop, text := func() (bool, bool, string) {
			c := open(crate)
			defer c.Close()
			for _, name := range boxes {
				done, stop, skip, text := func() (bool, bool, bool, string) {
					b := open(crate + "/" + name)
					defer b.Close()
					switch b.name {
					case want:
						return true, false, false, b.name
					case "2/stop":
						fmt.Println("stop", b.closed, c.closed)
						return false, true, false, ""
					case "1/skip":
						return false, false, true, ""
					}
					fmt.Println("not in", b.name)
					return false, false, false, ""
				}()
				if done {
					return true, false, text
				}
				if stop {
					return false, true, ""
				}
				if skip {
					return false, false, ""
				}
			}
			fmt.Println("crate done", c.closed)
			return false, false, ""
		}()
		if done {
			return text, true
		}
		if stop {
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
