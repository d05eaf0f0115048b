package main

import (
	"fmt"
	"testing"
)

type server struct{ open bool }

func (s *server) Close() { s.open = false }

func (s *server) get() {
	if !s.open {
		fmt.Println("closed")
	}
}

func closeQuietly(s *server) {
	_ = recover()
	s.Close()
}

// The literal is there for panics.
func TestRecovers(t *testing.T) {
	srv := &server{true}
	defer func() {
		_ = recover()
		srv.Close()
	}()
	t.Run("use", func(t *testing.T) {
		t.Parallel()
		srv.get()
	})
}

// So is the helper.
func TestHelperRecovers(t *testing.T) {
	srv := &server{true}
	defer closeQuietly(srv)
	t.Run("use", func(t *testing.T) {
		t.Parallel()
		srv.get()
	})
}

// In a loop there may be several.
func TestLoop(t *testing.T) {
	for range 2 {
		srv := &server{true}
		defer srv.Close()
		t.Run("use", func(t *testing.T) {
			t.Parallel()
			srv.get()
		})
	}
}

// In a case.
func TestCase(t *testing.T) {
	srv := &server{true}
	switch {
	case srv.open:
		defer srv.Close()
	}
	t.Run("use", func(t *testing.T) {
		t.Parallel()
		srv.get()
	})
}

// The test runs in parallel, and its subtests don't.
func TestItself(t *testing.T) {
	t.Parallel()
	srv := &server{true}
	defer srv.Close()
	t.Run("use", func(t *testing.T) { srv.get() })
}

// It is registered already.
func TestRegistered(t *testing.T) {
	srv := &server{true}
	t.Cleanup(srv.Close)
	t.Run("use", func(t *testing.T) {
		t.Parallel()
		srv.get()
	})
}

// The subtests of the inner group are over when the outer ends.
func TestInner(t *testing.T) {
	srv := &server{true}
	defer srv.Close()
	t.Run("outer", func(t *testing.T) {
		for range 2 {
			t.Run("use", func(t *testing.T) {
				t.Parallel()
				srv.get()
			})
		}
	})
}

// What has the same name is another.
func TestShadowed(t *testing.T) {
	srv := &server{true}
	defer srv.Close()
	t.Run("use", func(t *testing.T) {
		t.Parallel()
		srv := &server{true}
		srv.get()
	})
}

// It is made by a function that only looks like a test's.
type runner struct{}

func (runner) Run(name string, f func(*testing.T)) {}

func TestOther(t *testing.T) {
	srv := &server{true}
	defer srv.Close()
	runner{}.Run("use", func(t *testing.T) {
		t.Parallel()
		srv.get()
	})
}

func main() { fmt.Println("tests") }
