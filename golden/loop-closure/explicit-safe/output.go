package main

import (
	"context"
	"fmt"
)

func sizes(names ...string) map[string]int {
	found := map[string]int{}
	for _, name := range names {
		_, cancel := context.WithCancel(context.Background())
		if name == "" {
			cancel()
			continue
		}
		if name == "end" {
			cancel()
			return found
		}
		found[name] = len(name)
		cancel()
	}
	return found
}

func main() {
	fmt.Println(sizes("a", "", "bc"), len(sizes("a", "end", "b")))
}
