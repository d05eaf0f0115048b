package main

import "fmt"

type letter struct {
	to   string
	sent bool
}

func write(to string) *letter {
	fmt.Println("write to", to)
	return &letter{to: to}
}

func (l *letter) Close() {
	l.sent = true
	fmt.Println("~ send to", l.to)
}

func invite(guests ...string) {
	for _, to := range guests {
		func() {
			l := write(to)
			defer l.Close()
			fmt.Printf(`Dear %s,

	please come to our party.
		- food
		- music
Yours (%t)
`, l.to, l.sent)
			if l.to == "Bob" {
				fmt.Print(`	PS:
bring cake
`)
				return
			}
		}()
	}
}

func main() {
	invite("Ann", "Bob")
}
