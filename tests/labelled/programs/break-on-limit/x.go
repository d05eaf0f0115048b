package breakonlimit

import "os"

func HeadCount(names []string, limit int) int {
	n := 0
	for _, name := range names {
		f, err := os.Open(name)
		if err != nil {
			continue
		}
		defer f.Close()
		st, err := f.Stat()
		if err != nil || st.IsDir() {
			continue
		}
		if n++; n >= limit {
			break
		}
	}
	return n
}
