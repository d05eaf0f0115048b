package main

import (
	"errors"
	"fmt"
	"testing"
)

type server struct{ name string }

func start(name string) *server { return &server{name} }

func (s *server) Close() { fmt.Println("~ close", s.name) }

func (s *server) get() string { return s.name }

var names = []string{"one", "two"}

func TestReturns(t *testing.T) {
	for _, name := range names {
		srv := start(name)
		defer srv.Close()
		if srv.get() == "one" {
			return
		}
	}
}

func TestBreaks(t *testing.T) {
	for _, name := range names {
		srv := start(name)
		defer srv.Close()
		if srv.get() == "two" {
			break
		}
	}
}

func TestLabelled(t *testing.T) {
outer:
	for range 2 {
		for _, name := range names {
			srv := start(name)
			defer srv.Close()
			if srv.get() == "two" {
				continue outer
			}
		}
	}
}

func TestNumbered(t *testing.T) {
	for i := range 2 {
		srv := start(fmt.Sprint(i))
		defer srv.Close()
		fmt.Println(srv.get())
	}
}

func TestPort(t *testing.T) {
	for _, tc := range []struct{ host string }{{"a"}} {
		srv := start(tc.host)
		defer srv.Close()
		fmt.Println(srv.get())
	}
}

func TestParallelItself(t *testing.T) {
	for _, name := range names {
		srv := start(name)
		defer srv.Close()
		if srv.get() == "never" {
			t.Parallel()
		}
	}
}

func TestDirectories(t *testing.T) {
	var all []string
	for _, name := range names {
		srv := start(name)
		defer srv.Close()
		all = append(all, t.TempDir())
	}
	fmt.Println(len(all))
}

func TestCleanups(t *testing.T) {
	for _, name := range names {
		srv := start(name)
		defer srv.Close()
		t.Cleanup(func() { fmt.Println("~ cleanup") })
	}
}

func TestSkips(t *testing.T) {
	for _, name := range names {
		srv := start(name)
		defer srv.Close()
		if srv.get() == "never" {
			t.Skip("no more of them")
		}
	}
}

func TestParallel(t *testing.T) {
	for _, name := range names {
		srv := start(name)
		defer srv.Close()
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			fmt.Println("parallel")
		})
	}
}

func TestGoroutine(t *testing.T) {
	for _, name := range names {
		srv := start(name)
		defer srv.Close()
		go func() {
			t.Log(len(names))
		}()
	}
}

func TestReplaced(t *testing.T) {
	for _, name := range names {
		srv := start(name)
		defer srv.Close()
		fmt.Println(srv.get())
	}
	t = nil
}

func TestHidden(t *testing.T) {
	for _, t := range names {
		srv := start(t)
		defer srv.Close()
		fmt.Println(srv.get())
	}
}

func checkAll(t *testing.T) {
	for _, name := range names {
		srv := start(name)
		defer srv.Close()
		fmt.Println(srv.get())
	}
}

func BenchmarkAll(b *testing.B) {
	for _, name := range names {
		srv := start(name)
		defer srv.Close()
		fmt.Println(srv.get())
	}
}

func prepare() error {
	for _, name := range names {
		srv := start(name)
		defer srv.Close()
		if srv.get() == "" {
			return errors.New("empty")
		}
	}
	return nil
}

func TestLiteral(t *testing.T) {
	each := func() {
		for _, name := range names {
			srv := start(name)
			defer srv.Close()
			t.Log(srv.get())
		}
	}
	each()
}

func main() {
	match := func(pattern, name string) (bool, error) { return true, nil }
	tests := []testing.InternalTest{
		{Name: "TestReturns", F: TestReturns},
		{Name: "TestBreaks", F: TestBreaks},
		{Name: "TestLabelled", F: TestLabelled},
	}
	_ = []any{prepare, TestParallel, TestParallelItself, TestGoroutine, TestReplaced, TestHidden, TestLiteral}
	_ = []any{checkAll, BenchmarkAll}
	testing.Main(match, tests, nil, nil)
}
