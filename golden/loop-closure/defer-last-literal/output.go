package main

import "fmt"

type sample struct {
	n      int
	closed bool
}

func open(n int) *sample {
	fmt.Println("open", n)
	return &sample{n: n}
}

func (s *sample) read() int { return s.n * s.n }

func (s *sample) Close() error {
	s.closed = true
	fmt.Println("~ close", s.n)
	return nil
}

func total(n int) (sum int) {
	for i := 1; i <= n; i++ {
		s := open(i)
		sum += s.read()
		fmt.Println("sum", sum, s.closed)
		func() {
			if err := s.Close(); err != nil {
				fmt.Println("~ error", err)
			}
		}()
	}
	return sum
}

func main() {
	fmt.Println(total(3))
}
