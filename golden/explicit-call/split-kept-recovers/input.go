package main

import "fmt"

type guard interface{ leave(n int) }

type logger struct{ stopped int }

func (l *logger) leave(n int) {
	if r := recover(); r != nil {
		l.stopped += n
	}
}

type quiet struct{}

func (quiet) leave(int) {}

type file struct{ full bool }

func (f *file) Close() {
	if f.full {
		panic("disk full")
	}
}

func write(g guard, files []*file) (int, error) {
	defer g.leave(1)
	total := 0
	for _, f := range files {
		defer f.Close()
		total++
	}
	return total, nil
}

type store struct{ guard }

func (s *store) write(files []*file) (int, error) {
	leave := s.leave
	defer leave(1)
	total := 0
	for _, f := range files {
		defer f.Close()
		total++
	}
	return total, nil
}

func main() {
	l := &logger{}
	fmt.Println(write(l, []*file{{}, {full: true}}))
	fmt.Println((&store{l}).write([]*file{{}, {full: true}}))
	fmt.Println(write(quiet{}, []*file{{}}))
	fmt.Println(l.stopped)
}
