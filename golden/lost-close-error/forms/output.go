package main

import (
	"archive/tar"
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
)

type full struct{}

func (full) Write([]byte) (int, error) { return 0, errors.New("disk full") }

func several(w io.Writer) (_ int, _ string, retErr error) {
	z := gzip.NewWriter(w)
	defer func() {
		if cerr := z.Close(); retErr == nil {
			retErr = cerr
		}
	}() // at the end
	n, err := io.WriteString(io.Discard, "text")
	if err != nil {
		return 0, "", err
	}
	fmt.Fprint(z)
	return n, "ok", nil
}

func named(w io.Writer) (n int, err error) {
	z := gzip.NewWriter(w)
	defer func() {
		if cerr := z.Close(); err == nil {
			err = cerr
		}
	}()
	fmt.Fprint(z)
	return 1, nil
}

func blank(w io.Writer) (n int, retErr error) {
	z := tar.NewWriter(w)
	defer func() {
		if cerr := z.Close(); retErr == nil {
			retErr = cerr
		}
	}()
	err := z.Flush()
	return 1, err
}

func file(name, text string) (retErr error) {
	f, err := os.Create(name)
	if err != nil {
		return err
	}
	defer func() {
		if cerr := f.Close(); retErr == nil {
			retErr = cerr
		}
	}()
	_, err = f.WriteString(text)
	return err
}

func flags(name, text string) (err error) {
	f, err := os.OpenFile(name, os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	defer func() {
		if cerr := f.Close(); err == nil {
			err = cerr
		}
	}()
	cerr := "shadows nothing"
	fmt.Fprint(f, text, cerr)
	return nil
}

func inLiteral(w io.Writer) error {
	write := func() (err error) {
		z := gzip.NewWriter(w)
		defer func() {
			if cerr := z.Close(); err == nil {
				err = cerr
			}
		}()
		fmt.Fprint(z)
		return nil
	}
	return write()
}

func try(what string, err error) {
	if err == nil {
		fmt.Println("! lost:", what)
		return
	}
	fmt.Println(what)
}

func main() {
	_, _, err := several(full{})
	try("several", err)
	_, err = named(full{})
	try("named", err)
	_, err = blank(full{})
	try("blank", err)
	try("literal", inLiteral(full{}))
	dir, err := os.MkdirTemp("", "")
	fmt.Println(err)
	defer os.RemoveAll(dir)
	name := filepath.Join(dir, "f")
	fmt.Println(file(name, "text"), flags(name, "more"))
	text, err := os.ReadFile(name)
	fmt.Println(string(text), err)
}
