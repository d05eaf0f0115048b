// Copyright of the example.

//go:build !windows || amd64

// Command vents opens and shuts vents.
package main

//go:generate echo nothing to generate

import "fmt"

type vent struct {
	n    int
	shut bool
}

//go:noinline
func open(n int) *vent {
	fmt.Println("open", n)
	return &vent{n: n}
}

func (v *vent) Close() {
	v.shut = true
	fmt.Println("~ shut", v.n)
}

//go:noinline
func air(n int) {
	for i := 0; i < n; i++ {
		func() {
			v := open(i)
			defer v.Close()
			fmt.Println("air", v.n, v.shut)
		}()
	}
}

func main() {
	air(2)
}
