package main

import (
	"errors"
	"fmt"
)

type logfile struct {
	path string
	open bool
}

func open(path string) *logfile {
	if path == "/busy" {
		return nil
	}
	fmt.Println("open", path)
	return &logfile{path, true}
}

func (l *logfile) touch() error {
	fmt.Println("touch", l.path, l.open)
	if l.path == "/ro" {
		return errors.New("read-only")
	}
	return nil
}

func (l *logfile) Close() {
	l.open = false
	fmt.Println("~ close", l.path)
}

func touchAll(paths []string) error {
	for _, path := range paths {
		if l := open(path); l != nil {
			if err := func() error {
				defer l.Close()
				if err := l.touch(); err != nil {
					return fmt.Errorf("touch %s: %w", path, err)
				}
				return nil
			}(); err != nil {
				return err
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
