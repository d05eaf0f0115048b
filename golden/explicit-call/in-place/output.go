package main

import "fmt"

func say(text string, n int) {
	fmt.Println("~", text, n)
}

func count() int {
	fmt.Println("counted")
	return 3
}

func last(name string) {
	fmt.Println("last", name)
	func(n int) {
		for i := range n {
			if i == 2 {
				return
			}
			say(name, i)
		}
	}(count())
	say(name, 1)
}

func only() {
	say("only", count())
}

func main() {
	last("a")
	only()
}
