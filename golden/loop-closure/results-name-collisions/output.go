package main

import (
	"errors"
	"fmt"
)

type task struct {
	name     string
	finished bool
}

func begin(name string) *task {
	fmt.Println("begin", name)
	return &task{name: name}
}

func (t *task) run() (int, error) {
	fmt.Println("run", t.name, t.finished)
	if t.name == "fail" {
		return 1, errors.New("failed")
	}
	return len(t.name), nil
}

func (t *task) Close() {
	t.finished = true
	fmt.Println("~ end", t.name)
}

var exited, returned int

func runAll(stop string, names ...string) (int, error) {
	done, exit, ret, res, result := 0, "", true, 2, 3
	r, r0, r1, result0, result1, ctl, ok := 1, 2, 3, 4, 5, 6, false
	for _, name := range names {
		finished, leave, code, err := func() (bool, bool, int, error) {
			t := begin(name)
			defer t.Close()
			code, err := t.run()
			if err != nil {
				return true, false, code, err
			}
			if name == stop {
				exit = name
				return false, true, 0, nil
			}
			if code == 1 {
				return true, false, done + r0 + r1 + ctl, nil
			}
			if code == 2 {
				exited++
				return false, false, 0, nil
			}
			done += code
			ok = true
			return false, false, 0, nil
		}()
		if finished {
			return code, err
		}
		if leave {
			break
		}
	}
	fmt.Println(done, exit, ret, res, result, r, result0, result1, ok, exited, returned)
	return done, nil
}

func main() {
	fmt.Println(runAll("stop", "build", "go", "test"))
	fmt.Println(runAll("stop", "build", "stop", "test"))
	fmt.Println(runAll("stop", "build", "fail", "test"))
	fmt.Println(runAll("stop", "build", "x", "test"))
}
