package main

import "fmt"

type lock struct {
	name string
	free bool
}

func take(name string) *lock {
	fmt.Println("take", name)
	return &lock{name: name}
}

func (l *lock) Unlock() {
	l.free = true
	fmt.Println("~ free", l.name)
}

func update(groups ...[]string) {
	for i, group := range groups {
		g := take(fmt.Sprint("group ", i))
		defer g.Unlock()
		var locks []*lock
		for _, name := range group {
			l := take(name)
			defer l.Unlock()
			locks = append(locks, l)
		}
		for _, l := range locks {
			fmt.Println("update", l.name, l.free, g.free)
		}
	}
}

func main() {
	update([]string{"a", "b"}, nil, []string{"c"})
}
