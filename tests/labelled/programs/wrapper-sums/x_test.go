package wrappersums

import (
	"io"
	"os"
	"strings"
	"testing"
)

type summer struct {
	r io.Reader
	n int
}

func newSummer(r io.Reader) *summer { return &summer{r: r} }

func (s *summer) Read(p []byte) (int, error) {
	n, err := s.r.Read(p)
	for _, b := range p[:n] {
		s.n += int(b)
	}
	return n, err
}

func TestSums(t *testing.T) {
	for _, name := range []string{"", "testdata/one", "testdata/two"} {
		var in io.Reader = strings.NewReader("fixed")
		if name != "" {
			f, err := os.Open(name)
			if err != nil {
				t.Error(err)
				continue
			}
			in = f
		}
		if file, ok := in.(*os.File); ok {
			defer file.Close()
		}
		s := newSummer(in)
		if _, err := io.Copy(io.Discard, s); err != nil {
			t.Errorf("%q: %v", name, err)
			continue
		}
		if s.n == 0 {
			t.Errorf("%q: no bytes", name)
		}
	}
}
