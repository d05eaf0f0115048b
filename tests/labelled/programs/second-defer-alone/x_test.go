package seconddeferalone

import (
	"bufio"
	"fmt"
	"io"
	"os"
	"testing"
)

func produce(w *io.PipeWriter, n int) {
	for i := range n {
		if _, err := fmt.Fprintln(w, i); err != nil {
			return
		}
	}
	w.Close()
}

func TestAgainstFiles(t *testing.T) {
	for n, name := range []string{"testdata/none", "testdata/one"} {
		r, w := io.Pipe()
		a := bufio.NewScanner(r)
		go produce(w, n)
		defer r.Close()
		f, err := os.Open(name)
		if err != nil {
			t.Error(err)
			continue
		}
		defer f.Close()
		b := bufio.NewScanner(f)
		for {
			more, want := a.Scan(), b.Scan()
			if more != want || more && a.Text() != b.Text() {
				t.Errorf("%s differs", name)
				break
			}
			if !more {
				break
			}
		}
	}
}
