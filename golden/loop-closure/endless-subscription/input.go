package main

import (
	"fmt"
	"os"
)

type topic struct {
	name        string
	subscribers int
}

type subscription struct{ topic *topic }

func (t *topic) subscribe() *subscription {
	t.subscribers++
	fmt.Println("subscribe", t.name)
	return &subscription{t}
}

func (s *subscription) Cancel() {
	s.topic.subscribers--
	fmt.Println("~ cancel", s.topic.name)
}

func eventLoop(events []string, t *topic) {
	for {
		event := "quit"
		if len(events) > 0 {
			event, events = events[0], events[1:]
		}
		switch event {
		case "subscribe":
			sub := t.subscribe()
			defer sub.Cancel()
		case "publish":
			fmt.Println("publish to", t.subscribers)
		case "quit":
			fmt.Println("quit")
			os.Exit(0)
		}
	}
}

func main() {
	eventLoop([]string{"subscribe", "publish", "subscribe", "publish"}, &topic{name: "news"})
}
