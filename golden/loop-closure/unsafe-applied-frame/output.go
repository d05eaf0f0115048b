package main

import (
	"fmt"
	"testing"
)

type recorder struct {
	testing.TB
	failures int
}

func (r *recorder) Helper() {}

func (r *recorder) Errorf(format string, args ...any) {
	r.failures++
	fmt.Printf(format+"\n", args...)
}

type fixture struct {
	name   string
	closed bool
}

func load(name string) *fixture {
	fmt.Println("load", name)
	return &fixture{name: name}
}

func (f *fixture) Close() {
	f.closed = true
	fmt.Println("~ unload", f.name)
}

func checkAll(t testing.TB, names ...string) {
	for _, name := range names {
		func() {
			f := load(name)
			defer f.Close()
			t.Helper()
			if len(f.name) > 1 {
				t.Errorf("%s is too long %t", f.name, f.closed)
			}
		}()
	}
}

func main() {
	r := new(recorder)
	checkAll(r, "a", "bcd")
	fmt.Println("failures", r.failures)
}
