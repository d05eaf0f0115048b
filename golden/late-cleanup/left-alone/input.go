package main

import (
	"fmt"
	"sync"
	"testing"
)

type server struct{ open bool }

func (s *server) Close() { s.open = false }

func (s *server) get() {
	if !s.open {
		fmt.Println("closed")
	}
}

func TestSerial(t *testing.T) {
	srv := &server{true}
	defer srv.Close()
	t.Run("use", func(t *testing.T) { srv.get() })
}

func TestGroup(t *testing.T) {
	srv := &server{true}
	defer srv.Close()
	t.Run("group", func(t *testing.T) {
		t.Run("use", func(t *testing.T) {
			t.Parallel()
			srv.get()
		})
	})
}

func TestNotUsed(t *testing.T) {
	srv := &server{true}
	defer srv.Close()
	srv.get()
	t.Run("use", func(t *testing.T) {
		t.Parallel()
		fmt.Println("not used")
	})
}

func TestBranch(t *testing.T) {
	srv := &server{true}
	if srv.open {
		defer srv.Close()
	}
	t.Run("use", func(t *testing.T) {
		t.Parallel()
		srv.get()
	})
}

func TestOwn(t *testing.T) {
	t.Run("use", func(t *testing.T) {
		t.Parallel()
		srv := &server{true}
		defer srv.Close()
		srv.get()
	})
}

// The subtests wait for what is deferred.
func TestSignal(t *testing.T) {
	start := make(chan bool)
	defer close(start)
	var mu sync.Mutex
	mu.Lock()
	defer mu.Unlock()
	t.Run("use", func(t *testing.T) {
		t.Parallel()
		<-start
		mu.Lock()
	})
}

func main() {
	fmt.Println("tests")
}
