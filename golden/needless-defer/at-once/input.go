package main

import "fmt"

type door struct{ open bool }

func (d *door) Close() { d.open = false }

func (d *door) walk() {
	if !d.open {
		fmt.Println("! through a closed door")
	}
	fmt.Println("walk")
}

func once(d *door) {
	func() {
		defer d.Close()
	}()
	d.walk()
}

func many(doors []*door) {
	for _, d := range doors {
		func() {
			defer d.Close()
		}()
		fmt.Println(d.open)
	}
}

func notUsed(d *door) {
	func() {
		defer d.Close()
	}()
}

func main() {
	once(&door{true})
	many([]*door{{true}})
	notUsed(&door{true})
}
