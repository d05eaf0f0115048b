package main

import (
	"context"
	"fmt"
)

func sizes(names ...string) map[string]int {
	found := map[string]int{}
	for _, name := range names {
		_, cancel := context.WithCancel(context.Background())
		defer cancel()
		if name == "" {
			continue
		}
		if name == "end" {
			return found
		}
		found[name] = len(name)
	}
	return found
}

func main() {
	fmt.Println(sizes("a", "", "bc"), len(sizes("a", "end", "b")))
}
