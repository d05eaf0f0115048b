package main

import (
	"archive/zip"
	"bufio"
	"bytes"
	"compress/flate"
	"compress/gzip"
	"compress/zlib"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"mime/multipart"
	"os"
	"path/filepath"
	"strings"
)

type full struct{}

func (full) Write([]byte) (int, error) { return 0, errors.New("disk full") }

type store struct{ w io.Writer }

// A method; the result's name is one of its own.
func (s *store) Save() (saveErr error) {
	z := zlib.NewWriter(s.w)
	defer func() {
		if cerr := z.Close(); saveErr == nil {
			saveErr = cerr
		}
	}()
	fmt.Fprint(z)
	return nil
}

// The writer comes with an error of its own.
func level(w io.Writer) (retErr error) {
	z, err := flate.NewWriter(w, 1)
	if err != nil {
		return err
	}
	defer func() {
		if cerr := z.Close(); retErr == nil {
			retErr = cerr
		}
	}()
	_, _ = z.Write(nil)
	return nil
}

// The central directory is written by Close.
func archive(w io.Writer) (err error) {
	z := zip.NewWriter(w)
	defer func() {
		if cerr := z.Close(); err == nil {
			err = cerr
		}
	}()
	_ = z.SetComment("comment")
	return nil
}

// The last boundary is written by Close.
func form(w io.Writer) (boundary string, err error) {
	m := multipart.NewWriter(w)
	defer func() {
		if cerr := m.Close(); err == nil {
			err = cerr
		}
	}()
	_ = m.WriteField("k", "v")
	return m.Boundary(), nil
}

// Written through an encoder.
func encoded(w io.Writer, value any) (err error) {
	z := gzip.NewWriter(w)
	defer func() {
		if cerr := z.Close(); err == nil {
			err = cerr
		}
	}()
	_ = json.NewEncoder(z)
	return nil
}

// Written through a buffer.
func buffered(w io.Writer) (err error) {
	z := gzip.NewWriter(w)
	defer func() {
		if cerr := z.Close(); err == nil {
			err = cerr
		}
	}()
	out := bufio.NewWriter(z)
	return out.Flush()
}

// Copied to.
func copied(w io.Writer, r io.Reader) (_ int64, err error) {
	z := gzip.NewWriter(w)
	defer func() {
		if cerr := z.Close(); err == nil {
			err = cerr
		}
	}()
	return io.Copy(z, r)
}

// The names that the fix would like are taken.
func taken(w io.Writer, cerr string) (retErr error) {
	err := errors.New(cerr)
	z := gzip.NewWriter(w)
	defer func() {
		if closeErr := z.Close(); retErr == nil {
			retErr = closeErr
		}
	}()
	fmt.Fprint(z)
	_ = err
	return nil
}

// A result of a type parameter's type.
func generic[T any](w io.Writer, value T) (_ T, err error) {
	z := gzip.NewWriter(w)
	defer func() {
		if cerr := z.Close(); err == nil {
			err = cerr
		}
	}()
	fmt.Fprint(z)
	return value, nil
}

// In a branch.
func inBranch(w io.Writer, compress bool) (err error) {
	if compress {
		z := gzip.NewWriter(w)
		defer func() {
			if cerr := z.Close(); err == nil {
				err = cerr
			}
		}()
		fmt.Fprint(z)
	}
	return nil
}

// In a switch.
func inSwitch(w io.Writer, kind string) (err error) {
	switch kind {
	case "gzip":
		z := gzip.NewWriter(w)
		defer func() {
			if cerr := z.Close(); err == nil {
				err = cerr
			}
		}()
		fmt.Fprint(z)
	}
	return nil
}

// Of two writers both are reported, the first one that fails.
func nested(w io.Writer) (err error) {
	outer := gzip.NewWriter(w)
	defer func() {
		if cerr := outer.Close(); err == nil {
			err = cerr
		}
	}()
	inner := gzip.NewWriter(outer)
	defer func() {
		if cerr := inner.Close(); err == nil {
			err = cerr
		}
	}()
	fmt.Fprint(inner)
	return nil
}

// The results come without values.
func bare(w io.Writer) (n int, err error) {
	z := gzip.NewWriter(w)
	defer func() {
		if cerr := z.Close(); err == nil {
			err = cerr
		}
	}()
	n, err = fmt.Fprint(z)
	return
}

// Two results declared together.
func together(w io.Writer) (first, second error) {
	z := gzip.NewWriter(w)
	defer func() {
		if cerr := z.Close(); second == nil {
			second = cerr
		}
	}()
	fmt.Fprint(z)
	return nil, nil
}

// A file, by its flags.
func flags(name string) (retErr error) {
	f, err := os.OpenFile(name, os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return err
	}
	defer func() {
		if cerr := f.Close(); retErr == nil {
			retErr = cerr
		}
	}()
	return json.NewEncoder(f).Encode("value")
}

// A temporary file.
func temporary(dir string) (_ string, retErr error) {
	f, err := os.CreateTemp(dir, "x")
	if err != nil {
		return "", err
	}
	defer func() {
		if cerr := f.Close(); retErr == nil {
			retErr = cerr
		}
	}()
	_, err = io.Copy(f, strings.NewReader("text"))
	return f.Name(), err
}

func try(what string, err error) {
	if err == nil {
		fmt.Println("! lost:", what)
		return
	}
	fmt.Println(what)
}

func main() {
	try("method", (&store{full{}}).Save())
	try("level", level(full{}))
	try("archive", archive(full{}))
	_, err := form(full{})
	try("form", err)
	try("encoded", encoded(full{}, 1))
	try("buffered", buffered(full{}))
	_, err = copied(full{}, strings.NewReader(""))
	try("copied", err)
	try("taken", taken(full{}, "cerr"))
	_, err = generic(full{}, 1)
	try("generic", err)
	try("branch", inBranch(full{}, true))
	try("switch", inSwitch(full{}, "gzip"))
	try("nested", nested(full{}))
	_, err = bare(full{})
	try("bare", err)
	_, err = together(full{})
	try("together", err)
	fmt.Println(inBranch(&bytes.Buffer{}, true), inBranch(full{}, false))
	dir, _ := os.MkdirTemp("", "")
	defer os.RemoveAll(dir)
	name, err := temporary(dir)
	fmt.Println(len(name) > 0, err, flags(filepath.Join(dir, "f")))
}
