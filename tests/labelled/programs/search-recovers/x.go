package searchrecovers

import (
	"bufio"
	"errors"
	"fmt"
	"strings"
)

type stop struct{ msg string }

func (s stop) Error() string { return s.msg }

func find(name string) bool {
	if name == "" {
		panic(stop{"no name"})
	}
	return strings.HasSuffix(name, "!")
}

func Search(names []string, w *bufio.Writer) (err error) {
	for i := 0; ; i++ {
		if i == len(names) {
			return errors.New("not found")
		}
		defer func() {
			w.Flush()
			e := recover()
			if e == nil {
				return
			}
			s, ok := e.(stop)
			if ok {
				err = s
				return
			}
			panic(e)
		}()
		if find(names[i]) {
			fmt.Fprintln(w, names[i])
			return nil
		}
	}
}
