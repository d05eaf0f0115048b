package readstotallate

import (
	"fmt"
	"io"
	"os"
)

func Report(w io.Writer, names []string) error {
	total := int64(0)
	for _, n := range names {
		f, err := os.Open(n)
		if err != nil {
			return err
		}
		defer func() {
			f.Close()
			fmt.Fprintln(w, n, "of", total)
		}()
		st, err := f.Stat()
		if err != nil {
			return err
		}
		total += st.Size()
	}
	return nil
}
