package main

import "fmt"

type host struct {
	name  string
	load  int
	alive bool
}

func connect(name string) *host {
	fmt.Println("connect", name)
	return &host{name, len(name), true}
}

func (h *host) idle() bool { return h.load < 4 }

func (h *host) address() string { return fmt.Sprintf("%s:80 alive=%t", h.name, h.alive) }

func (h *host) Close() {
	h.alive = false
	fmt.Println("~ disconnect", h.name)
}

func pick(names []string) string {
	for _, name := range names {
		if done, text := func() (bool, string) {
			h := connect(name)
			defer h.Close()
			if h.idle() {
				return true, h.address()
			}
			return false, ""
		}(); done {
			return text
		}
	}
	return "none"
}

func main() {
	fmt.Println(pick([]string{"busyhost", "web", "db"}))
	fmt.Println(pick([]string{"busyhost"}))
}
