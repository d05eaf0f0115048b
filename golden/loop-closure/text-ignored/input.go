package main

import "fmt"

type lock struct{ n int }

func take(n int) *lock {
	fmt.Println("lock", n)
	return &lock{n}
}

func (l *lock) Unlock() { fmt.Println("~ unlock", l.n) }

func line(n int) {
	for i := range n {
		l := take(i)
		//defermod:ignore at most two locks, held together on purpose
		defer l.Unlock()
		fmt.Println("with", l.n)
	}
}

// function takes locks and keeps them.
//
//defermod:ignore the locks belong together
func function(n int) {
	for i := range n {
		l := take(i)
		defer l.Unlock()
		fmt.Println("with", l.n)
	}
	for i := range n {
		l := take(-i)
		defer l.Unlock()
		fmt.Println("with", l.n)
	}
}

func main() {
	line(2)
	function(1)
}
