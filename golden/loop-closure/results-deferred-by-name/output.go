package main

import (
	"errors"
	"fmt"
)

type file struct {
	name   string
	closed bool
}

func open(name string) (*file, error) {
	if name == "" {
		return nil, errors.New("no such file")
	}
	fmt.Println("open", name)
	return &file{name: name}, nil
}

func (f *file) copyTo(target *file) error {
	fmt.Println("copy", f.name, f.closed, "to", target.name, target.closed)
	if f.name == "bad" {
		return errors.New("bad block")
	}
	return nil
}

func (f *file) Close() error {
	f.closed = true
	fmt.Println("~ close", f.name)
	if f.name == "full" {
		return errors.New("disk full")
	}
	return nil
}

func archive(target string, names ...string) (err error) {
	closeWithError := func(f *file) {
		if closeErr := f.Close(); closeErr != nil && err == nil {
			err = closeErr
		}
	}
	dst, err := open(target)
	if err != nil {
		return err
	}
	defer func() {
		closeWithError(dst)
		fmt.Println("done:", err)
	}()
	index, err := open("index")
	if err != nil {
		return err
	}
	defer closeWithError(index)
	for _, name := range names {
		if err := func() error {
			src, err := open(name)
			if err != nil {
				return err
			}
			defer src.Close()
			return src.copyTo(dst)
		}(); err != nil {
			return err
		}
	}
	return nil
}

func main() {
	fmt.Println(archive("tar", "a", "b"))
	fmt.Println(archive("tar", "a", "bad", "b"))
	fmt.Println(archive("full", "a", ""))
	fmt.Println(archive("full", "a"))
}
