package main

import "fmt"

type key struct {
	level int
	back  bool
}

func take(level int) *key {
	fmt.Println("take key", level)
	return &key{level: level}
}

func (k *key) turn() { fmt.Println("turn", k.level, k.back) }

func (k *key) Close() {
	k.back = true
	fmt.Println("~ return key", k.level)
}

func open(levels ...int) {
	for _, level := range levels {
		switch level {
		case 2:
			func() {
				k := take(level)
				defer k.Close()
				k.turn()
			}()
			fallthrough
		case 1:
			fmt.Println("inner door")
			fallthrough
		case 0:
			fmt.Println("outer door")
		}
	}
}

func main() {
	open(0, 2, 1)
}
