package mocksrestored

import "testing"

var hooks = map[string]func() int{"one": func() int { return 1 }, "two": func() int { return 2 }}

func total() int {
	n := 0
	for _, h := range hooks {
		n += h()
	}
	return n
}

func TestHooks(t *testing.T) {
	for _, k := range []string{"one", "two"} {
		old := hooks[k]
		hooks[k] = func() int { return 10 }
		defer func() { hooks[k] = old }()
	}
	if n := total(); n != 20 {
		t.Error(n)
	}
}
