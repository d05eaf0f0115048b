package main

import "fmt"

func each(names []string, finish func(string)) {
	for _, name := range names {
		fmt.Println("each", name)
		defer finish(name)
		fmt.Println("done", name)
	}
	fmt.Println("end of each")
}

func main() {
	left := 2
	each([]string{"a", "b"}, func(name string) {
		left--
		fmt.Println("~ finish", name, left)
	})
}
