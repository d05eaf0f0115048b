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
	origA := a
	a[1] = 7
	a[0], a[2] = a[2], a[0]
	v := a[0]
	ints(origA)
	return v
}

func counted(i int) int {
	a := [3]int{1, 2, 3}
	origA := a
	a[0]++
	a[i&1] += 5
	v := a[1]
	ints(origA)
	return v
}

func ranged() int {
	a := [3]int{1, 2, 3}
	origA := a
	for a[0] = range 4 {
	}
	v := a[0]
	ints(origA)
	return v
}

func pointed() int {
	a := [3]int{1, 2, 3}
	p := &a
	origA := a
	p[2] = 6
	v := a[2]
	ints(origA)
	return v
}

func inside() int {
	var w whole
	origW := w
	w.in.a[0] = 7
	w.list[1].a[0]++
	v := w.in.a[0]
	wholes(origW)
	return v
}

func converted() int {
	a := [3]int{1, 2, 3}
	origA := a
	saved := a[1]
	a[1] = 9
	v := a[1]
	anything(origA, saved)
	return v
}

func result() [2]int {
	a := [2]int{1, 2}
	result := a
	a[0] = 9
	return result
}

func heldResult() part {
	var p part
	result := p
	p.a[1] = 4
	return result
}

func callee() int {
	fs := [2]func(int){one, two}
	i := 0
	release := fs[i]
	i = 1
	release(1)
	return i
}

func calleeReplaced() int {
	fs := [2]func(int){one, one}
	release := fs[0]
	fs[0] = two
	release(2)
	return 3
}

func behindPointers() int {
	p := &node{1}
	pp := &p
	saved := (*pp)
	p = &node{2}
	n := p.n
	saved.show()
	return n
}

func throughParameter(pp **node) int {
	saved := (*pp)
	*pp = &node{4}
	saved.show()
	return 4
}

func main() {
	fmt.Println(assigned(), counted(1), ranged(), pointed(), inside(), converted())
	fmt.Println(result(), heldResult())
	fmt.Println(callee(), calleeReplaced(), behindPointers())
	p := &node{3}
	fmt.Println(throughParameter(&p))
}
