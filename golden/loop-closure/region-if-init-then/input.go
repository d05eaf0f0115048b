package main

import (
	"errors"
	"fmt"
)

type lockfile struct {
	path string
	held bool
}

func acquire(path string) *lockfile {
	if path == "/busy" {
		return nil
	}
	fmt.Println("acquire", path)
	return &lockfile{path, true}
}

func (l *lockfile) touch() error {
	fmt.Println("touch", l.path, l.held)
	if l.path == "/ro" {
		return errors.New("read-only")
	}
	return nil
}

func (l *lockfile) Release() {
	l.held = false
	fmt.Println("~ release", l.path)
}

func touchAll(paths []string) error {
	for _, path := range paths {
		if l := acquire(path); l != nil {
			defer l.Release()
			if err := l.touch(); err != nil {
				return fmt.Errorf("touch %s: %w", path, err)
			}
		}
		fmt.Println("next")
	}
	return nil
}

func main() {
	fmt.Println(touchAll([]string{"/a", "/busy", "/b"}))
	fmt.Println(touchAll([]string{"/a", "/ro", "/b"}))
}
