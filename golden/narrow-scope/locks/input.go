package main

import (
	"fmt"
	"sync"
	"time"
)

type vol struct {
	mu   sync.RWMutex
	name string
}

func report(name string) {
	time.Sleep(time.Millisecond)
	fmt.Println("report", name)
}

func (v *vol) held(mu *sync.RWMutex) bool {
	if mu.TryLock() {
		mu.Unlock()
		return false
	}
	return true
}

// The lock is given up after the last use of what it guards.
func (v *vol) copied() {
	v.mu.Lock()
	defer v.mu.Unlock()
	v.name += "!"
	name := v.name
	report(name)
}

func (v *vol) checked() int {
	v.mu.RLock()
	defer v.mu.RUnlock()
	if v.name == "" {
		return 0
	}
	name := v.name
	report(name)
	return len(name)
}

// Where the lock might be given up isn't to be seen.
func (v *vol) sleeps() {
	v.mu.Lock()
	defer v.mu.Unlock()
	time.Sleep(time.Millisecond)
	v.name = "slept"
}

func (v *vol) sleepsInBranch(often bool) {
	v.mu.RLock()
	defer v.mu.RUnlock()
	for i := 0; often && i < 2; i++ {
		report(v.name)
	}
	fmt.Println(v.name)
}

// The lock of a variable, not of a field.
func local(names []string) {
	var mu sync.Mutex
	mu.Lock()
	defer mu.Unlock()
	n := len(names)
	report(names[0])
	fmt.Println(n)
}

func parameter(mu *sync.Mutex, name string) {
	mu.Lock()
	defer mu.Unlock()
	report(name)
}

func other(v, w *vol) {
	v.mu.Lock()
	defer v.mu.Unlock()
	v.name += "?"
	name := w.name
	report(name)
}

type inner struct{ vol *vol }

func (i *inner) path() {
	i.vol.mu.Lock()
	defer i.vol.mu.Unlock()
	name := i.vol.name
	report(name)
}

func (i *inner) writes(name string) (old string) {
	i.vol.mu.Lock()
	defer i.vol.mu.Unlock()
	old = i.vol.name
	if name == old {
		return ""
	}
	i.vol.name = name
	report(name)
	return old
}

func main() {
	v := &vol{name: "v"}
	v.copied()
	fmt.Println(v.checked())
	v.sleeps()
	v.sleepsInBranch(true)
	local([]string{"local"})
	parameter(new(sync.Mutex), "parameter")
	other(v, &vol{name: "w"})
	i := &inner{v}
	i.path()
	fmt.Println(i.writes("slept?"), i.writes("new"))
	fmt.Println(v.held(&v.mu))
}
