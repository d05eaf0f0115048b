package main

import "fmt"

type token struct {
	kind string
	held bool
}

func take(kind string) *token {
	fmt.Println("take", kind)
	return &token{kind, true}
}

func (t *token) use() { fmt.Println("use", t.kind, t.held) }

func (t *token) Close() {
	t.held = false
	fmt.Println("~ give back", t.kind)
}

func process(kinds []string) {
	for _, kind := range kinds {
		func() {
			t := take(kind)
			defer t.Close()
			switch t.kind {
			case "skip":
				break
			default:
				t.use()
			}
		}()
	}
	fmt.Println("processed", len(kinds))
}

func main() {
	process([]string{"read", "skip", "write"})
}
