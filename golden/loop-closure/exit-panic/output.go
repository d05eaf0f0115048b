package main

import "fmt"

type device struct {
	id  int
	off bool
}

func power(id int) *device {
	fmt.Println("on", id)
	return &device{id: id}
}

func (d *device) selfTest() {
	if d.id == 2 {
		panic(fmt.Sprintf("device %d is on fire", d.id))
	}
	fmt.Println("test", d.id, d.off)
}

func (d *device) Close() {
	d.off = true
	fmt.Println("~ off", d.id)
}

func testAll(n int) {
	for id := 1; id <= n; id++ {
		func() {
			d := power(id)
			defer d.Close()
			d.selfTest()
		}()
	}
	fmt.Println("all tested")
}

func safely(n int) {
	defer func() {
		if r := recover(); r != nil {
			fmt.Println("recovered:", r)
		}
	}()
	testAll(n)
}

func main() {
	safely(1)
	safely(3)
	testAll(2)
}
