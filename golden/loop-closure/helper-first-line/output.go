package main

import (
	"fmt"
	"testing"
)

func main() {
	all := func(string, string) (bool, error) { return true, nil }
	testing.Init()
	ok := testing.RunTests(all, []testing.InternalTest{{Name: "Fixtures", F: func(t *testing.T) {
		checkAll(t, "a", "bcd")
		loadAll(t, "a", "bcd")
	}}})
	fmt.Println(ok)
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

func checkAll(t *testing.T, names ...string) {
	t.Helper()
	for _, name := range names {
		func() {
			t.Helper()
			f := load(name)
			defer f.Close()
			if len(f.name) > 1 {
				t.Errorf("%s is too long %t", f.name, f.closed)
			}
		}()
	}
}

func loadAll(t *testing.T, names ...string) {
	t.Helper()
	for _, name := range names {
		func() {
			f := load(name)
			defer f.Close()
			fmt.Println(f.name, t.Name())
		}()
	}
}
