package main

import "fmt"

type mark struct{ name string }

func (m *mark) path() string { return "/" + m.name }

func place(name string) (*mark, bool) {
	if name == "" {
		return nil, false
	}
	fmt.Println("place", name)
	return &mark{name: name}, true
}

func lift(path string) { fmt.Println("~ lift", path) }

func drop(m *mark, why string) { fmt.Println("~ drop", m.path(), why) }

type job struct{ name, why string }

// The closure begins with what the argument's method is called on.
func named(names ...string) {
	for _, name := range names {
		m, ok := place(name)
		if !ok {
			fmt.Println("nothing")
			continue
		}
		defer lift(m.path())
		fmt.Println("use", m.path())
	}
}

// What is done with the loop's variable before is no acquisition.
func given(jobs ...job) {
	for _, j := range jobs {
		if j.name == "skip" {
			fmt.Println("skip")
			continue
		}
		m, ok := place(j.name)
		if !ok {
			continue
		}
		defer drop(m, j.why)
		fmt.Println("use", m.path(), j.why)
	}
}

func main() {
	named("a", "", "b")
	fmt.Println("--")
	given(job{"skip", ""}, job{"c", "old"}, job{"", ""}, job{"d", "new"})
}
