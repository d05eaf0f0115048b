package main

import (
	"fmt"
	"testing"
)

type server struct{ name string }

func start(name string) *server { return &server{name} }

func (s *server) Close() { fmt.Println("~ close", s.name) }

func (s *server) get() string { return s.name }

func TestField(t *testing.T) {
	tests := []struct {
		name string
		want string
	}{
		{"one", "one"},
		{"two", "two"},
	}
	for _, tc := range tests {
		if tc.want == "" {
			continue
		}
		srv := start(tc.name)
		defer srv.Close()
		if got := srv.get(); got != tc.want {
			t.Errorf("%s: got %s", tc.name, got)
		}
		fmt.Println("got", srv.get())
	}
}

type probe struct {
	URL  string
	desc string
}

func TestNamedType(t *testing.T) {
	for _, p := range []*probe{{"a", "first"}, {"b", "second"}} {
		srv := start(p.desc)
		defer srv.Close()
		fmt.Println("got", srv.get(), p.URL)
	}
}

func TestKey(t *testing.T) {
	for name, want := range map[string]int{"key": 3} {
		srv := start(name)
		defer srv.Close()
		if len(srv.get()) == want {
			fmt.Println("skips")
			continue
		}
		t.Error(name)
	}
}

func TestFatal(t *testing.T) {
	for _, name := range []string{"x", "y"} {
		srv := start(name)
		defer srv.Close()
		if srv.get() == "" {
			t.Fatalf("%s", name)
		}
		for i := range 2 {
			if i == 1 {
				break
			}
			fmt.Println("got", name, i)
		}
	}
}

func TestInSubtest(t *testing.T) {
	t.Run("outer", func(t *testing.T) {
		for _, text := range []string{"deep"} {
			srv := start(text)
			defer srv.Close()
			fmt.Println("got", srv.get())
		}
	})
}

func TestShadowedName(t *testing.T) {
	for _, name := range []string{"shadowed"} {
		name := len(name)
		srv := start(fmt.Sprint(name))
		defer srv.Close()
		fmt.Println(srv.get())
	}
}

func TestLast(t *testing.T) {
	for _, text := range []string{"a", "b"} {
		defer fmt.Print()
		fmt.Println("has", text)
		_ = t
	}
}

func main() {
	match := func(pattern, name string) (bool, error) { return true, nil }
	tests := []testing.InternalTest{
		{Name: "TestField", F: TestField},
		{Name: "TestNamedType", F: TestNamedType},
		{Name: "TestKey", F: TestKey},
		{Name: "TestFatal", F: TestFatal},
		{Name: "TestInSubtest", F: TestInSubtest},
		{Name: "TestShadowedName", F: TestShadowedName},
		{Name: "TestLast", F: TestLast},
	}
	testing.Main(match, tests, nil, nil)
}
