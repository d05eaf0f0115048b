package main

import (
	"fmt"
	"sync"
	"testing"
)

type server struct{ name string }

type box struct{ srv *server }

func start(name string) *server { return &server{name} }

func (s *server) Close() error { fmt.Println("~ close", s.name); return nil }

func guard() { fmt.Println("~", recover()) }

var names = []string{"one", "two"}

var shared *server

func TestOther(t *testing.T) {
	defer fmt.Println("~ other")
	for _, name := range names {
		srv := start(name)
		defer srv.Close()
	}
}

func TestRecovers(t *testing.T) {
	for range names {
		defer guard()
	}
}

func TestRecoversItself(t *testing.T) {
	for range names {
		defer func() {
			if recover() != nil {
				fmt.Println("~ recovered")
			}
		}()
	}
}

func TestReplaced(t *testing.T) {
	for _, name := range names {
		srv := start(name)
		defer srv.Close()
		srv = start("other")
	}
}

func TestOutside(t *testing.T) {
	var srv *server
	for _, name := range names {
		srv = start(name)
		defer srv.Close()
	}
}

func TestLoopVariable(t *testing.T) {
	for _, srv := range []*server{start("a"), start("b")} {
		defer srv.Close()
	}
}

func TestPath(t *testing.T) {
	var b box
	for _, name := range names {
		b.srv = start(name)
		defer b.srv.Close()
	}
}

func TestPackageVariable(t *testing.T) {
	for _, name := range names {
		shared = start(name)
		defer shared.Close()
	}
}

func TestArgument(t *testing.T) {
	n := 0
	for range names {
		n++
		defer fmt.Println("~", n)
	}
}

func TestCalledArgument(t *testing.T) {
	for _, name := range names {
		defer fmt.Println("~", start(name))
	}
}

func TestLiteralArgument(t *testing.T) {
	for _, name := range names {
		defer func(s string) { fmt.Println("~", s) }(name)
	}
}

func TestAddress(t *testing.T) {
	for _, name := range names {
		srv := start(name)
		defer srv.Close()
		*(&srv) = start("other")
	}
}

func TestDeadlock(t *testing.T) {
	var mu sync.Mutex
	for range names {
		mu.Lock()
		defer mu.Unlock()
	}
}

func TestGoto(t *testing.T) {
	i := 0
again:
	srv := start(names[i])
	defer srv.Close()
	if i++; i < 2 {
		goto again
	}
	fmt.Println("has")
	fmt.Println("gone")
	fmt.Println("on")
}

func TestHidden(t *testing.T) {
	for _, t := range names {
		srv := start(t)
		defer srv.Close()
	}
}

func checkAll(t *testing.T) {
	for _, name := range names {
		srv := start(name)
		defer srv.Close()
	}
}

func prepare() {
	for _, name := range names {
		srv := start(name)
		defer srv.Close()
	}
}

func main() {
	match := func(pattern, name string) (bool, error) { return true, nil }
	tests := []testing.InternalTest{
		{Name: "TestOther", F: TestOther},
		{Name: "TestReplaced", F: TestReplaced},
	}
	testing.Main(match, tests, nil, nil)
	_ = []any{TestRecovers, TestRecoversItself, TestOutside, TestLoopVariable, TestPath, TestPackageVariable,
		TestArgument, TestCalledArgument, TestLiteralArgument, TestAddress, TestDeadlock, TestGoto, TestHidden,
		checkAll, prepare}
}
