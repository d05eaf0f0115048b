package main

import "fmt"

type msg struct {
	text  string
	acked bool
}

func receive(text string) *msg {
	fmt.Println("receive", text)
	return &msg{text: text}
}

func (m *msg) Close() {
	m.acked = true
	fmt.Println("~ ack", m.text)
}

func consume(texts []string) int {
	handled := 0
	for _, text := range texts {
		if stop := func() bool {
			m := receive(text)
			defer m.Close()
			if m.text == "" {
				return false
			}
			if m.text == "quit" {
				return true
			}
			fmt.Println("handle", m.text, m.acked)
			handled++
			return false
		}(); stop {
			break
		}
	}
	return handled
}

func main() {
	fmt.Println(consume([]string{"a", "", "b"}))
	fmt.Println(consume([]string{"a", "quit", "b"}))
}
