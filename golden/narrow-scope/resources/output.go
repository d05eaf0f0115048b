package main

import (
	"database/sql"
	"errors"
	"fmt"
	"net/http"
	"os/exec"
	"strings"
	"time"
)

type file struct {
	*strings.Reader
	name string
}

func (f *file) Close() error {
	fmt.Println("~ close", f.name)
	return nil
}

func (f *file) Release() { fmt.Println("~ release", f.name) }

func (f *file) Rollback() error { return f.Close() }

func (f *file) kind() (string, int) { return f.name, f.Len() }

func open(name string) (*file, error) {
	if name == "" {
		return nil, errors.New("no name")
	}
	return &file{strings.NewReader(name), name}, nil
}

func pause(what string) {
	time.Sleep(time.Millisecond)
	fmt.Println("paused", what)
}

type waiter struct{ n int }

func (w *waiter) rest() { pause("waiter") }

func (w waiter) restLonger() {
	for range w.n {
		w.rest()
	}
}

func size(f *file) int { return f.Len() }

func method(w *waiter) {
	func() {
		f := must("method")
		defer f.Close()
		fmt.Println(f.name)
	}()
	w.rest()
}

func methodOfMethod(w *waiter) {
	func() {
		f := must("method of method")
		defer f.Close()
		fmt.Println(f.name)
	}()
	w.restLonger()
}

func must(name string) *file {
	f, err := open(name)
	if err != nil {
		fmt.Println("must", err)
	}
	return f
}

func inBranch(slow bool) {
	func() {
		f := must("in branch")
		defer f.Close()
		fmt.Println(f.name)
	}()
	if slow {
		pause("in branch")
	}
}

func inLoop(n int) {
	func() {
		f := must("in loop")
		defer f.Close()
		fmt.Println(f.name)
	}()
	for i := 0; i < n; i++ {
		pause("in loop")
	}
}

func inLiteral() {
	f := must("in literal")
	defer f.Close()
	fmt.Println(f.name)
	func() { pause("in literal") }()
}

func inCondition() {
	func() {
		f := must("in condition")
		defer f.Close()
		fmt.Println(f.name)
	}()
	if rested("in condition") {
		fmt.Println("rested")
	}
}

func rested(what string) bool {
	pause(what)
	return true
}

func inReturn() bool {
	func() {
		f := must("in return")
		defer f.Close()
		fmt.Println(f.name)
	}()
	return rested("in return")
}

func release() {
	func() {
		f := must("release")
		defer f.Release()
		fmt.Println(f.name)
	}()
	pause("release")
}

func rollback() {
	func() {
		f := must("rollback")
		defer f.Rollback()
		fmt.Println(f.name)
	}()
	pause("rollback")
}

// No way out stands between, but what is needed later comes from it.
func twoNeeded() {
	var kind string
	var n int
	func() {
		f := must("two needed")
		defer f.Close()
		kind, n = f.kind()
	}()
	pause("two needed")
	fmt.Println(kind, n)
}

func checkedTwice(name string) (int, error) {
	var b byte
	var c byte
	if done, n, err := func() (bool, int, error) {
		f, err := open(name)
		if err != nil {
			return true, 0, err
		}
		defer f.Close()
		b, err = f.ReadByte()
		if err != nil {
			return true, 0, fmt.Errorf("first: %w", err)
		}
		c, err = f.ReadByte()
		if err != nil {
			return true, 1, err
		}
		return false, 0, nil
	}(); done {
		return n, err
	}
	pause("checked twice")
	return int(b) + int(c), nil
}

func named(name string) (n int, err error) {
	if done := func() bool {
		var f *file
		f, err = open(name)
		if err != nil {
			return true
		}
		defer f.Close()
		n = f.Len()
		return false
	}(); done {
		return
	}
	pause("named")
	return
}

func declaredBefore() {
	var n int
	func() {
		var f *file
		f = must("declared before")
		defer f.Close()
		n = f.Len()
	}()
	pause("declared before")
	fmt.Println(n)
}

func indexes(names []string, i int) {
	func() {
		f := must("indexes")
		defer f.Close()
		fmt.Println(f.name, names[i])
	}()
	pause("indexes")
}

func switches(n int) string {
	if done, name := func() (bool, string) {
		f := must("switches")
		defer f.Close()
		switch n {
		case 0:
			return true, f.name
		case 1:
			fmt.Println(f.Len())
		default:
			fmt.Println("default")
		}
		return false, ""
	}(); done {
		return name
	}
	pause("switches")
	return "end"
}

func loops(n int) int {
	var sum int
	func() {
		f := must("loops")
		defer f.Close()
		sum = 0
		for i := 0; i < n; i++ {
			b, err := f.ReadByte()
			if err != nil {
				break
			}
			if b == 'p' {
				continue
			}
			sum += int(b)
		}
	}()
	pause("loops")
	return sum
}

func generic[T any](value T) T {
	f := must("generic")
	defer f.Close()
	held := []T{value}
	fmt.Println(f.name, len(held))
	pause("generic")
	return held[0]
}

func helper() int {
	var n int
	func() {
		f := must("helper")
		defer f.Close()
		n = size(f)
	}()
	pause("helper")
	return n
}

var literal = func() {
	func() {
		f := must("literal")
		defer f.Close()
		fmt.Println(f.name)
	}()
	pause("literal")
}

// Comments stay with what they are about.
func commented() {
	func() {
		f := must("commented")
		// Closed at the end.
		defer f.Close()
		fmt.Println(f.name) // used
	}()

	// And now it takes long.
	pause("commented")
}

func asksNetwork(url string) error {
	func() {
		f := must("network")
		defer f.Close()
		fmt.Println(f.name)
	}()
	_, err := http.Get(url)
	return err
}

func runs(name string) error {
	func() {
		f := must("runs")
		defer f.Close()
		fmt.Println(f.name)
	}()
	return exec.Command(name).Run()
}

func asksDatabase(db *sql.DB) error {
	func() {
		f := must("database")
		defer f.Close()
		fmt.Println(f.name)
	}()
	return ping(db)
}

func ping(db *sql.DB) error { return db.Ping() }

var _, _, _ = asksNetwork, runs, asksDatabase

func main() {
	w := &waiter{2}
	method(w)
	methodOfMethod(w)
	inBranch(true)
	inBranch(false)
	inLoop(2)
	inLiteral()
	inCondition()
	inReturn()
	release()
	rollback()
	twoNeeded()
	fmt.Println(checkedTwice(""))
	fmt.Println(checkedTwice("a"))
	fmt.Println(checkedTwice("abc"))
	fmt.Println(named(""))
	fmt.Println(named("named"))
	declaredBefore()
	indexes([]string{"a"}, 0)
	fmt.Println(switches(0), switches(1), switches(2))
	fmt.Println(loops(4))
	fmt.Println(generic("x"))
	fmt.Println(helper())
	literal()
	commented()
}
