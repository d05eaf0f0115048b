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
	defer z.Close()
	fmt.Fprint(z)
	return nil
}

// The writer comes with an error of its own.
func level(w io.Writer) error {
	z, err := flate.NewWriter(w, 1)
	if err != nil {
		return err
	}
	defer z.Close()
	_, _ = z.Write(nil)
	return nil
}

// The central directory is written by Close.
func archive(w io.Writer) error {
	z := zip.NewWriter(w)
	defer z.Close()
	_ = z.SetComment("comment")
	return nil
}

// The last boundary is written by Close.
func form(w io.Writer) (boundary string, err error) {
	m := multipart.NewWriter(w)
	defer m.Close()
	_ = m.WriteField("k", "v")
	return m.Boundary(), nil
}

// Written through an encoder.
func encoded(w io.Writer, value any) error {
	z := gzip.NewWriter(w)
	defer z.Close()
	_ = json.NewEncoder(z)
	return nil
}

// Written through a buffer.
func buffered(w io.Writer) error {
	z := gzip.NewWriter(w)
	defer z.Close()
	out := bufio.NewWriter(z)
	return out.Flush()
}

// Copied to.
func copied(w io.Writer, r io.Reader) (int64, error) {
	z := gzip.NewWriter(w)
	defer z.Close()
	return io.Copy(z, r)
}

// The names that the fix would like are taken.
func taken(w io.Writer, cerr string) error {
	err := errors.New(cerr)
	z := gzip.NewWriter(w)
	defer z.Close()
	fmt.Fprint(z)
	_ = err
	return nil
}

// A result of a type parameter's type.
func generic[T any](w io.Writer, value T) (T, error) {
	z := gzip.NewWriter(w)
	defer z.Close()
	fmt.Fprint(z)
	return value, nil
}

// In a branch.
func inBranch(w io.Writer, compress bool) error {
	if compress {
		z := gzip.NewWriter(w)
		defer z.Close()
		fmt.Fprint(z)
	}
	return nil
}

// In a switch.
func inSwitch(w io.Writer, kind string) error {
	switch kind {
	case "gzip":
		z := gzip.NewWriter(w)
		defer z.Close()
		fmt.Fprint(z)
	}
	return nil
}

// Of two writers both are reported, the first one that fails.
func nested(w io.Writer) error {
	outer := gzip.NewWriter(w)
	defer outer.Close()
	inner := gzip.NewWriter(outer)
	defer inner.Close()
	fmt.Fprint(inner)
	return nil
}

// The results come without values.
func bare(w io.Writer) (n int, err error) {
	z := gzip.NewWriter(w)
	defer z.Close()
	n, err = fmt.Fprint(z)
	return
}

// Two results declared together.
func together(w io.Writer) (first, second error) {
	z := gzip.NewWriter(w)
	defer z.Close()
	fmt.Fprint(z)
	return nil, nil
}

// A file, by its flags.
func flags(name string) error {
	f, err := os.OpenFile(name, os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return err
	}
	defer f.Close()
	return json.NewEncoder(f).Encode("value")
}

// A temporary file.
func temporary(dir string) (string, error) {
	f, err := os.CreateTemp(dir, "x")
	if err != nil {
		return "", err
	}
	defer f.Close()
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
