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

func main() {
	fmt.Println("tests")
}
