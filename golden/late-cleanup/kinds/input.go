package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"time"
)

type server struct {
	open bool
	name string
}

func (s *server) Close() { s.open = false }

func (s *server) Stop() error { s.open = false; return nil }

func (s *server) Shutdown(ctx context.Context) error { s.open = false; return nil }

func (s *server) get() {
	if !s.open {
		fmt.Println("! closed", s.name)
	}
}

func closeAll(all ...*server) {
	for _, s := range all {
		s.Close()
	}
}

func stopNow(s *server, after time.Duration) { s.open = false }

// The subtests of a group wait for the group, and not for more.
func TestGroup(t *testing.T) {
	t.Run("group", func(t *testing.T) {
		srv := &server{true, "group"}
		defer srv.Close()
		t.Run("use", func(t *testing.T) {
			t.Parallel()
			srv.get()
		})
	})
}

// By another name.
func TestNamed(tt *testing.T) {
	srv := &server{true, "named"}
	defer srv.Stop()
	tt.Run("use", func(sub *testing.T) {
		sub.Parallel()
		srv.get()
	})
}

// With an argument.
func TestShutdown(t *testing.T) {
	ctx := context.Background()
	srv := &server{true, "shutdown"}
	defer srv.Shutdown(ctx)
	t.Run("use", func(t *testing.T) {
		t.Parallel()
		srv.get()
	})
}

// Several by one call.
func TestAll(t *testing.T) {
	a, b := &server{true, "all a"}, &server{true, "all b"}
	defer closeAll(a, b)
	t.Run("use", func(t *testing.T) {
		t.Parallel()
		b.get()
	})
}

// A directory, used by the paths in it.
func TestDirectory(t *testing.T) {
	dir, err := os.MkdirTemp("", "")
	if err != nil {
		t.Fatal(err)
	}
	defer os.RemoveAll(dir)
	t.Run("use", func(t *testing.T) {
		t.Parallel()
		if err := os.WriteFile(filepath.Join(dir, "f"), nil, 0o600); err != nil {
			fmt.Println("! no directory")
		}
	})
}

// In a loop over the cases, some of which are serial.
func TestCases(t *testing.T) {
	srv := &server{true, "cases"}
	defer srv.Close()
	for _, serial := range []bool{true, false} {
		t.Run("use", func(t *testing.T) {
			if !serial {
				t.Parallel()
			}
			srv.get()
		})
	}
}

// An argument that is another in the end.
func TestArgument(t *testing.T) {
	wait := time.Second
	srv := &server{true, "argument"}
	defer stopNow(srv, wait)
	t.Run("use", func(t *testing.T) {
		t.Parallel()
		srv.get()
	})
	wait = time.Minute
	_ = wait
}

// The result of Run is asked for.
func TestAsked(t *testing.T) {
	srv := &server{true, "asked"}
	defer srv.Close()
	if !t.Run("use", func(t *testing.T) {
		t.Parallel()
		srv.get()
	}) {
		t.Log("failed")
	}
}

// A helper's caller may rely on the call.
func useAll(t *testing.T) {
	srv := &server{true, "helper"}
	defer srv.Close()
	t.Run("use", func(t *testing.T) {
		t.Parallel()
		srv.get()
	})
}

// The literal does more before it.
func TestLiteral(t *testing.T) {
	a, b := &server{true, "literal a"}, &server{true, "literal b"}
	defer func() {
		a.Close()
		b.Close()
	}()
	t.Run("use", func(t *testing.T) {
		t.Parallel()
		b.get()
	})
}

// Two that are used, in the order in which they go.
func TestOrder(t *testing.T) {
	outer := &server{true, "outer"}
	defer outer.Close()
	t.Run("serial", func(t *testing.T) { outer.get() })
	inner := &server{true, "inner"}
	defer inner.Close()
	t.Run("use", func(t *testing.T) {
		t.Parallel()
		outer.get()
		inner.get()
	})
}

func main() {
	match := func(pattern, name string) (bool, error) { return true, nil }
	tests := []testing.InternalTest{
		{Name: "TestGroup", F: TestGroup},
		{Name: "TestNamed", F: TestNamed},
		{Name: "TestShutdown", F: TestShutdown},
		{Name: "TestAll", F: TestAll},
		{Name: "TestDirectory", F: TestDirectory},
		{Name: "TestCases", F: TestCases},
		{Name: "TestArgument", F: TestArgument},
		{Name: "TestAsked", F: TestAsked},
		{Name: "TestHelper", F: func(t *testing.T) { useAll(t) }},
		{Name: "TestLiteral", F: TestLiteral},
		{Name: "TestOrder", F: TestOrder},
	}
	testing.Main(match, tests, nil, nil)
}
