package main

import "fmt"

type frame struct {
	op     string
	closed bool
}

func next(op string) *frame {
	fmt.Println("frame", op)
	return &frame{op: op}
}

func (f *frame) reply() { fmt.Println("reply", f.op, f.closed) }

func (f *frame) Close() {
	f.closed = true
	fmt.Println("~ done", f.op)
}

func serve(ops ...string) {
read:
	for _, op := range ops {
		if stop := func() bool {
			f := next(op)
			defer f.Close()
			switch f.op {
			case "ping":
				f.reply()
			case "comment":
				if len(ops) > 2 {
					break
				}
				fmt.Println("short session")
			case "close":
				return true
			}
			fmt.Println("after", op)
			return false
		}(); stop {
			break read
		}
	}
	fmt.Println("session over")
}

func main() {
	serve("ping", "comment", "close", "ping")
	serve("comment")
}
