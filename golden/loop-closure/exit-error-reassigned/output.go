package main

import (
	"errors"
	"fmt"
	"strings"
)

var errMissing = errors.New("missing")

type object struct {
	key    string
	closed bool
}

func open(key string) *object {
	fmt.Println("open", key)
	return &object{key: key}
}

func (o *object) delete() error {
	fmt.Println("delete", o.key, o.closed)
	if strings.HasPrefix(o.key, "no") {
		return errMissing
	}
	if o.key == "locked" {
		return errors.New("locked")
	}
	return nil
}

func (o *object) Close() {
	o.closed = true
	fmt.Println("~ close", o.key)
}

func ignoreMissing(err error) error {
	if errors.Is(err, errMissing) {
		return nil
	}
	return err
}

func deleteAll(keys ...string) error {
	for _, key := range keys {
		if done, err := func() (bool, error) {
			o := open(key)
			defer o.Close()
			if err := o.delete(); err != nil {
				err = ignoreMissing(err)
				return true, err
			}
			return false, nil
		}(); done {
			return err
		}
	}
	return errors.New("no end mark")
}

func main() {
	fmt.Println(deleteAll("a", "b"))
	fmt.Println(deleteAll("a", "nothing", "b"))
	fmt.Println(deleteAll("a", "locked", "b"))
}
