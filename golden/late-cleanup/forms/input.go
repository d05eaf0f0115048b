package main

import (
	"context"
	"fmt"
	"testing"
)

type server struct {
	open bool
	name string
}

func (s *server) Close() error {
	s.open = false
	fmt.Println("~ close", s.name)
	return nil
}

func (s *server) get() {
	if !s.open {
		fmt.Println("! closed", s.name)
	}
}

func remove(s *server) { s.open = false }

func use(t *testing.T, s *server) {
	t.Run("use", func(t *testing.T) {
		t.Parallel()
		s.get()
	})
}

func TestResult(t *testing.T) {
	srv := &server{true, "result"}
	defer srv.Close() // afterwards
	t.Run("use", func(t *testing.T) {
		t.Parallel()
		srv.get()
	})
}

func TestLiteral(t *testing.T) {
	srv := &server{true, "literal"}
	defer func() {
		if err := srv.Close(); err != nil {
			t.Error(err)
		}
	}()
	t.Run("use", func(t *testing.T) {
		t.Parallel()
		srv.get()
	})
}

func TestHelper(t *testing.T) {
	srv := &server{true, "helper"}
	defer remove(srv)
	t.Run("use", func(t *testing.T) {
		t.Parallel()
		srv.get()
	})
}

func TestContext(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	t.Run("use", func(t *testing.T) {
		t.Parallel()
		if ctx.Err() != nil {
			fmt.Println("! cancelled")
		}
	})
}

func TestTwo(t *testing.T) {
	a, b := &server{true, "a"}, &server{true, "b"}
	defer a.Close()
	defer b.Close()
	t.Run("use", func(t *testing.T) {
		t.Parallel()
		a.get()
		b.get()
	})
}

func TestOther(t *testing.T) {
	srv := &server{true, "other"}
	defer fmt.Println("~ other")
	defer srv.Close()
	t.Run("use", func(t *testing.T) {
		t.Parallel()
		srv.get()
	})
}

var _ = TestOther

func main() {
	match := func(pattern, name string) (bool, error) { return true, nil }
	tests := []testing.InternalTest{
		{Name: "TestResult", F: TestResult},
		{Name: "TestLiteral", F: TestLiteral},
		{Name: "TestHelper", F: TestHelper},
		{Name: "TestContext", F: TestContext},
		{Name: "TestTwo", F: TestTwo},
	}
	testing.Main(match, tests, nil, nil)
}
