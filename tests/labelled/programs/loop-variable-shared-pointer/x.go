package loopvariablesharedpointer

import "os"

func Sizes(names []string) (total int64, err error) {
	for _, n := range names {
		f, err := os.Open(n)
		if err != nil {
			return 0, err
		}
		defer f.Close()
		st, err := f.Stat()
		if err != nil {
			return 0, err
		}
		total += st.Size()
	}
	return total, nil
}
