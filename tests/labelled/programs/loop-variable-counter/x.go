package loopvariablecounter

import "os"

func Skip(names []string) int {
	n := 0
	for i := 0; i < len(names); i++ {
		f, err := os.Open(names[i])
		if err != nil {
			continue
		}
		defer f.Close()
		b := make([]byte, 1)
		if _, err := f.Read(b); err != nil {
			continue
		}
		if b[0] == '!' {
			i++
		}
		n++
	}
	return n
}
