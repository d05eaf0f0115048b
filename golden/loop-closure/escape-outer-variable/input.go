package main

import "fmt"

type conn struct {
	host   string
	delay  int
	closed bool
}

func dial(host string, delay int) *conn {
	fmt.Println("dial", host)
	return &conn{host: host, delay: delay}
}

func (c *conn) send(text string) { fmt.Println("send", text, "to", c.host, c.closed) }

func (c *conn) Close() {
	c.closed = true
	fmt.Println("~ close", c.host)
}

func sendToFastest(text string, hosts []string, delays []int) {
	var fastest *conn
	for i, host := range hosts {
		c := dial(host, delays[i])
		defer c.Close()
		if fastest == nil || c.delay < fastest.delay {
			fastest = c
		}
	}
	fastest.send(text)
}

func main() {
	sendToFastest("hello", []string{"a", "b", "c"}, []int{30, 10, 20})
}
