package main

import "fmt"

type volume struct {
	name   string
	size   int
	closed bool
}

func open(name string) *volume {
	fmt.Println("open", name)
	return &volume{name: name, size: len(name)}
}

func (v *volume) store(what string) { fmt.Println("store", what, "on", v.name, v.closed) }

func (v *volume) Close() {
	v.closed = true
	fmt.Println("~ close", v.name)
}

func storeOnFirst(what string, min int, names ...string) bool {
	var found *volume
	for _, name := range names {
		v := open(name)
		defer v.Close()
		if v.size >= min {
			found = v
			break
		}
		fmt.Println("too small", name)
	}
	if found == nil {
		return false
	}
	found.store(what)
	return true
}

func main() {
	fmt.Println(storeOnFirst("photos", 4, "usb", "disk", "raid"))
	fmt.Println(storeOnFirst("photos", 9, "usb"))
}
