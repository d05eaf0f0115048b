package main

import "fmt"

type part struct{ a [2]int }

type whole struct {
	in   part
	list [2]part
}

type node struct{ n int }

func (p *node) show() { fmt.Println("~ node", p.n) }

func ints(a [3]int)     { fmt.Println("~ ints", a) }
func wholes(w whole)    { fmt.Println("~ whole", w) }
func anything(v ...any) { fmt.Println("~ any", v) }

func one(n int) { fmt.Println("~ one", n) }
func two(n int) { fmt.Println("~ two", n) }

func assigned() int {
	a := [3]int{1, 2, 3}
	defer ints(a)
	a[1] = 7
	a[0], a[2] = a[2], a[0]
	return a[0]
}

func counted(i int) int {
	a := [3]int{1, 2, 3}
	defer ints(a)
	a[0]++
	a[i&1] += 5
	return a[1]
}

func ranged() int {
	a := [3]int{1, 2, 3}
	defer ints(a)
	for a[0] = range 4 {
	}
	return a[0]
}

func pointed() int {
	a := [3]int{1, 2, 3}
	p := &a
	defer ints(a)
	p[2] = 6
	return a[2]
}

func inside() int {
	var w whole
	defer wholes(w)
	w.in.a[0] = 7
	w.list[1].a[0]++
	return w.in.a[0]
}

func converted() int {
	a := [3]int{1, 2, 3}
	defer anything(a, a[1])
	a[1] = 9
	return a[1]
}

func result() [2]int {
	a := [2]int{1, 2}
	defer func() { a[0] = 9 }()
	return a
}

func heldResult() part {
	var p part
	defer func() { p.a[1] = 4 }()
	return p
}

func callee() int {
	fs := [2]func(int){one, two}
	i := 0
	defer fs[i](1)
	i = 1
	return i
}

func calleeReplaced() int {
	fs := [2]func(int){one, one}
	defer fs[0](2)
	fs[0] = two
	return 3
}

func behindPointers() int {
	p := &node{1}
	pp := &p
	defer (*pp).show()
	p = &node{2}
	return p.n
}

func throughParameter(pp **node) int {
	defer (*pp).show()
	*pp = &node{4}
	return 4
}

func main() {
	fmt.Println(assigned(), counted(1), ranged(), pointed(), inside(), converted())
	fmt.Println(result(), heldResult())
	fmt.Println(callee(), calleeReplaced(), behindPointers())
	p := &node{3}
	fmt.Println(throughParameter(&p))
}
