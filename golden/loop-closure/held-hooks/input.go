package main

import "fmt"

var hooks = map[string]func() string{
	"now":  func() string { return "today" },
	"host": func() string { return "production" },
}

func setHook(name, value string) (restore func()) {
	old := hooks[name]
	hooks[name] = func() string { return value }
	return func() { hooks[name] = old }
}

func banner() { fmt.Println(hooks["host"](), hooks["now"]()) }

func bannerWith(pairs ...[2]string) {
	for _, p := range pairs {
		restore := setHook(p[0], p[1])
		defer restore()
	}
	banner()
}

func main() {
	bannerWith([2]string{"now", "2001"}, [2]string{"host", "test"})
	banner()
}
