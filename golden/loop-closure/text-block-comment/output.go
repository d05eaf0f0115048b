package main

import "fmt"

type valve struct {
	n    int
	shut bool
}

func open(n int) *valve {
	fmt.Println("open", n)
	return &valve{n: n}
}

func (v *valve) Close() {
	v.shut = true
	fmt.Println("~ shut", v.n)
}

func flush(n int) {
	for i := range n {
		func() {
			/*
			   Valves are opened one by one:

			   	pressure  must  stay  low
			*/
			v := open(i)
			defer v.Close() /* shut it again */
			/* first */ fmt.Println("flow", v.n /* number */, v.shut)
			fmt.Println("flowed", /* a comment
				over two lines */v.n)
		}()
	}
}

func main() {
	flush(2)
}
