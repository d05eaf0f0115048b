package main

import (
	"errors"
	"fmt"
	"strings"
)

type upload struct {
	key  string
	sent bool
}

func start(key string) *upload {
	fmt.Println("start", key)
	return &upload{key: key}
}

func (u *upload) finish() error {
	u.sent = true
	if strings.HasSuffix(u.key, "!") {
		return errors.New("rejected " + u.key)
	}
	return nil
}

func (u *upload) Close() { fmt.Println("~ close", u.key, u.sent) }

func uploadAll(keys []string, dry bool) error {
	for _, key := range keys {
		if done, err := func() (bool, error) {
			u := start(key)
			defer u.Close()
			err := u.finish()
			if dry {
				fmt.Println("dry run stops")
				return true, err
			}
			if err != nil {
				return true, err
			}
			fmt.Println("sent", key)
			return false, nil
		}(); done {
			return err
		}
	}
	return nil
}

func main() {
	fmt.Println(uploadAll([]string{"a", "b"}, false))
	fmt.Println(uploadAll([]string{"a", "b"}, true))
	fmt.Println(uploadAll([]string{"a!", "b"}, true))
	fmt.Println(uploadAll([]string{"a", "b!"}, false))
}
