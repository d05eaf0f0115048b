package main

import (
	"errors"
	"fmt"
)

type image struct {
	tag    string
	closed bool
}

func pull(tag string) *image {
	fmt.Println("pull", tag)
	return &image{tag: tag}
}

func (im *image) matches(want string) bool { return im.tag[0] == want[0] }

func (im *image) check() error {
	fmt.Println("check", im.tag, im.closed)
	if im.tag == "v2-bad" {
		return errors.New("bad signature")
	}
	return nil
}

func (im *image) Close() error {
	im.closed = true
	fmt.Println("~ drop", im.tag)
	return nil
}

func checkFirst(want string, tags ...string) error {
	for _, tag := range tags {
		if done, err := func() (bool, error) {
			im := pull(tag)
			defer im.Close()
			if im.matches(want) {
				return true, im.check()
			}
			return false, nil
		}(); done {
			return err
		}
	}
	return errors.New("no match")
}

func main() {
	fmt.Println(checkFirst("v", "w1", "v1", "v2-bad"))
	fmt.Println(checkFirst("v", "w1", "v2-bad", "v1"))
	fmt.Println(checkFirst("v", "w1"))
}
