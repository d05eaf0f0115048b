package main

import (
	"errors"
	"fmt"
)

func closeIt(fail bool) error {
	if fail {
		return errors.New("close failed")
	}
	return nil
}

func work(n int, fail bool) (size int, err error) {
	if n < 0 {
		size, err = 0, errors.New("negative")
		if e := closeIt(fail); err == nil {
			err = e
		}
		return
	}
	size, err = n, nil
	if e := closeIt(fail); err == nil {
		err = e
	}
	return
}

func main() {
	fmt.Println(work(-1, false))
	fmt.Println(work(-1, true))
	fmt.Println(work(1, false))
	fmt.Println(work(1, true))
}
