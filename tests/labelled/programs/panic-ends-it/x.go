package panicendsit

import "os"

func MustOpen(names []string, complain func(*os.File)) {
	for _, n := range names {
		f, err := os.Open(n)
		if err != nil {
			continue
		}
		defer f.Close()
		complain(f)
		panic("should not exist: " + n)
	}
}
