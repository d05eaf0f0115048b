package main

import (
	"errors"
	"fmt"
)

type page struct{ name string }

func open(name string) (*page, error) {
	if name == "c" {
		return nil, errors.New("no such page")
	}
	return &page{name}, nil
}

func (p *page) words() int { return len(p.name) }

func (p *page) Close() error {
	fmt.Println("~ close", p.name)
	return nil
}

// The value is not v, although any suggests that name: here it would be the clause's own, an int.
func first(names []string, wanted any) any {
	for _, name := range names {
		switch v := wanted.(type) {
		case string:
			fmt.Println("a name", v)
		case int:
			fmt.Println("a number", v)
			done, skip, result := func() (bool, bool, any) {
				p, err := open(name)
				if err != nil {
					fmt.Println("left out", name)
					return false, true, nil
				}
				defer p.Close()
				if p.words() == wanted {
					return true, false, p.words()
				}
				if p.words() == 1 {
					return false, true, nil
				}
				if name == "last" {
					return true, false, name
				}
				fmt.Println("not", name)
				return false, false, nil
			}()
			if done {
				return result
			}
			if skip {
				continue
			}
		}
		fmt.Println("next after", name)
	}
	return nil
}

func main() {
	fmt.Println(first([]string{"a", "c", "ccc", "bb", "d"}, 2))
	fmt.Println(first([]string{"a", "c"}, "bb"))
	fmt.Println(first([]string{"a", "c", "last"}, 3))
}
