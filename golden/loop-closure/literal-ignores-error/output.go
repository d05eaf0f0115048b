package main

import "fmt"

type link struct {
	to     string
	closed bool
}

func dial(to string) *link {
	fmt.Println("dial", to)
	return &link{to: to}
}

func (l *link) Close() error {
	l.closed = true
	fmt.Println("~ close", l.to)
	return nil
}

func greet(hosts ...string) {
	for _, host := range hosts {
		func() {
			l := dial(host)
			defer func() { _ = l.Close() }()
			fmt.Println("hello", l.to, l.closed)
		}()
	}
}

func main() {
	greet("a", "b")
}
