package main

import (
	"errors"
	"fmt"
	"strings"
)

type part struct {
	name   string
	closed bool
}

func create(name string) (*part, error) {
	if strings.Contains(name, "/") {
		return nil, errors.New("bad name")
	}
	fmt.Println("create", name)
	return &part{name: name}, nil
}

func (p *part) write(text string) { fmt.Println("write", p.name, text, p.closed) }

func (p *part) Close() error {
	p.closed = true
	fmt.Println("~ close", p.name)
	return nil
}

func split(texts ...string) (int, error) {
	written := 0
	for i, text := range texts {
		if text == "" {
			fmt.Println("nothing to write")
			continue
		}
		if text == "END" {
			break
		}
		if i > 9 {
			return written, errors.New("too many parts")
		}

		p, err := create(text + ".part")
		if err != nil {
			return written, err
		}
		func() {
			defer p.Close()
			p.write(text)
			written++
		}()
	}
	return written, nil
}

func main() {
	fmt.Println(split("a", "", "b", "END", "c"))
	fmt.Println(split("a", "b/c", "d"))
}
