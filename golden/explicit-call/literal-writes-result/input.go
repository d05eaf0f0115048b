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
	defer func() {
		if e := closeIt(fail); err == nil {
			err = e
		}
	}()
	if n < 0 {
		return 0, errors.New("negative")
	}
	return n, nil
}

func main() {
	fmt.Println(work(-1, false))
	fmt.Println(work(-1, true))
	fmt.Println(work(1, false))
	fmt.Println(work(1, true))
}
