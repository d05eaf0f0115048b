package main

import "fmt"

type door struct{ name string }

func (d *door) Close() { fmt.Println("close", d.name) }

func (d *door) Shut() error {
	fmt.Println("shut", d.name)
	return nil
}

func constants(d *door) (int, error) {
	fmt.Println("constants")
	d.Close()
	return 1, nil
}

func inBranch(d *door, yes bool) bool {
	if yes {
		d.Close() // there
		return true
	}
	fmt.Println("no")
	return false
}

func lastInBranch(d *door, yes bool) {
	fmt.Println("last")
	if yes {
		d.Close()
	}
}

func bare(d *door) (n int) {
	n = 2
	d.Close()
	return
}

func ofLiterals() {
	done := make(chan bool)
	go func() {
		fmt.Println("literal")
		close(done)
	}()
	<-done
}

func oneLine() {
	fmt.Println("one line")
	fmt.Println("in one line")
}

func lines(d *door) {
	fmt.Println("lines")
	// A comment stays.
	if err := d.Shut(); err != nil {
		fmt.Println(`raw
	string`, err)
	}
	d.Close()
}

func withReturn(d *door) {
	fmt.Println("with return")
	func() {
		if d == nil {
			return
		}
		d.Close()
	}()
}

func withArguments(n int) {
	fmt.Println("with arguments")
	func(n int) { fmt.Println(n) }(n + 1)
}

func two(d, e *door) {
	defer d.Close()
	defer e.Close()
}

func main() {
	d, e := &door{"d"}, &door{"e"}
	fmt.Println(constants(d))
	fmt.Println(inBranch(d, true), inBranch(d, false))
	lastInBranch(d, true)
	fmt.Println(bare(d))
	ofLiterals()
	oneLine()
	lines(d)
	withReturn(d)
	withArguments(1)
	two(d, e)
}
