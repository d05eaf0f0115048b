package main

import "fmt"

type file string

func (f file) close() { fmt.Println("~ close", f) }

func neverEntered() {
	for false {
		f := file("never")
		defer f.close()
	}
	if false {
		for range 2 {
			f := file("dead")
			defer f.close()
		}
	}
}

func leftAtOnce(names ...string) {
	for _, name := range names {
		f := file(name)
		defer f.close()
		if true {
			break
		}
	}
}

func deadBranch(names ...string) {
	for _, name := range names {
		if false {
			f := file(name)
			defer f.close()
		}
		fmt.Println("pass", name)
	}
}

func notLeft(names ...string) {
	for _, name := range names {
		f := file(name)
		defer f.close()
		fmt.Println("use", f)
		if false {
			break
		}
	}
}

func main() {
	neverEntered()
	leftAtOnce("a", "b")
	deadBranch("c", "d")
	notLeft("e", "f")
}
