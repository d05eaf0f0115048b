package main

import "fmt"

type pipe struct {
	name   string
	closed bool
}

func open(name string) *pipe {
	fmt.Println("open", name)
	return &pipe{name: name}
}

func (p *pipe) Close() {
	p.closed = true
	fmt.Println("~ close", p.name)
}

func run(ops ...string) {
	for _, op := range ops {
		switch op {
		// Reading needs a pipe.
		case "read":
			func() {
				// Opened for this operation only.
				p := open(op)
				defer p.Close()
				fmt.Println("from", p.name, p.closed) // read it
			}()
			// Nothing is written.

		// Everything else does not.
		default:
			fmt.Println("no pipe for", op)
		}
	}
}

func main() {
	run("read", "sleep", "read")
}
