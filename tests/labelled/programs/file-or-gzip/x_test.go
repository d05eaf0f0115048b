package fileorgzip

import (
	"io"
	"os"
	"strings"
	"testing"
)

type objFile struct {
	r    io.Reader
	c    io.Closer
	head string
}

func newObj(r io.Reader) (*objFile, error) {
	b := make([]byte, 4)
	if _, err := io.ReadFull(r, b); err != nil {
		return nil, err
	}
	return &objFile{r: r, head: string(b)}, nil
}

func openObj(name string) (*objFile, error) {
	f, err := os.Open(name)
	if err != nil {
		return nil, err
	}
	o, err := newObj(f)
	if err != nil {
		f.Close()
		return nil, err
	}
	o.c = f
	return o, nil
}

func (o *objFile) Close() error {
	if o.c == nil {
		return nil
	}
	return o.c.Close()
}

func TestOpenObj(t *testing.T) {
	for _, name := range []string{"a.o", "=inline"} {
		var o *objFile
		var err error
		if strings.HasPrefix(name, "=") {
			o, err = newObj(strings.NewReader(name))
		} else {
			o, err = openObj(name)
		}
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		defer o.Close()
		if o.head == "" {
			t.Error("no head")
		}
	}
}
