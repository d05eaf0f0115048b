package main

import (
	"context"
	"fmt"
	"testing"
)

type server struct {
	name string
	open bool
}

func start(name string) *server { return &server{name, true} }

func (s *server) Close() error {
	s.open = false
	fmt.Println("~ close", s.name)
	return nil
}

func (s *server) Stop() { s.Close() }

func stop(s *server, how string) { fmt.Println("~ stop", s.name, how) }

var names = []string{"one", "two"}

func TestKept(t *testing.T) {
	var all []*server
	for _, name := range names {
		srv := start(name)
		defer srv.Close()
		all = append(all, srv)
	}
	for _, srv := range all {
		fmt.Println("uses", srv.name)
	}
}

func TestMethodValue(t *testing.T) {
	var all []*server
	for _, name := range names {
		srv := start(name)
		defer srv.Stop()
		all = append(all, srv)
	}
	fmt.Println(len(all))
}

func TestLiteral(t *testing.T) {
	for i := range 2 {
		srv := start(names[i])
		defer func() {
			if err := srv.Close(); err != nil {
				t.Error(err)
			}
		}()
	}
}

func TestHelper(t *testing.T) {
	for _, name := range names {
		srv := start(name)
		defer stop(srv, "now")
	}
}

func TestLoopVariable(t *testing.T) {
	for _, srv := range []*server{start("a"), start("b")} {
		defer srv.Close()
	}
}

func TestContexts(t *testing.T) {
	var last context.Context
	for range names {
		ctx, cancel := context.WithCancel(context.Background())
		defer cancel()
		last = ctx
	}
	if last.Err() != nil {
		t.Error("cancelled")
	}
}

func TestParallel(t *testing.T) {
	for _, name := range names {
		srv := start(name)
		defer srv.Close()
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if !srv.open {
				fmt.Println("! closed", name)
			}
		})
	}
}

func TestInSubtest(t *testing.T) {
	t.Run("outer", func(t *testing.T) {
		for _, name := range names {
			srv := start(name)
			defer srv.Close()
		}
	})
}

func BenchmarkAll(b *testing.B) {
	for _, name := range names {
		srv := start(name)
		defer srv.Stop()
	}
}

func main() {
	match := func(pattern, name string) (bool, error) { return true, nil }
	tests := []testing.InternalTest{
		{Name: "TestKept", F: TestKept},
		{Name: "TestMethodValue", F: TestMethodValue},
		{Name: "TestLiteral", F: TestLiteral},
		{Name: "TestHelper", F: TestHelper},
		{Name: "TestLoopVariable", F: TestLoopVariable},
		{Name: "TestContexts", F: TestContexts},
		{Name: "TestParallel", F: TestParallel},
		{Name: "TestInSubtest", F: TestInSubtest},
	}
	testing.Main(match, tests, nil, nil)
}
