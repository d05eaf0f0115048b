package main

import "fmt"

type token struct {
	at     int
	closed bool
}

func scan(at int) *token {
	fmt.Println("scan at", at)
	return &token{at: at}
}

func (t *token) Close() {
	t.closed = true
	fmt.Println("~ drop", t.at)
}

func tokens(text string) int {
	n := 0
	for at := 0; at < len(text); at++ {
		func() {
			t := scan(at)
			defer t.Close()
			for at < len(text) && text[at] != ' ' {
				at++
			}
			fmt.Println("token", text[t.at:at], t.closed)
			n++
		}()
	}
	return n
}

func main() {
	fmt.Println(tokens("ab c def"))
}
