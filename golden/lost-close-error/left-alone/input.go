package main

import (
	"compress/gzip"
	"fmt"
	"io"
	"os"
)

func reads(name string) error {
	f, err := os.Open(name)
	if err != nil {
		return err
	}
	defer f.Close()
	_, err = io.Copy(io.Discard, f)
	return err
}

func readsFlags(name string) error {
	f, err := os.OpenFile(name, os.O_RDONLY, 0)
	if err != nil {
		return err
	}
	defer f.Close()
	_, err = io.Copy(io.Discard, f)
	return err
}

func checked(w io.Writer) error {
	z := gzip.NewWriter(w)
	defer z.Close()
	fmt.Fprint(z, "text")
	return z.Close()
}

func onPurpose(w io.Writer) error {
	z := gzip.NewWriter(w)
	defer func() { _ = z.Close() }()
	fmt.Fprint(z, "text")
	return nil
}

func noError(w io.Writer) int {
	z := gzip.NewWriter(w)
	defer z.Close()
	fmt.Fprint(z, "text")
	return 1
}

func notWritten(name string) error {
	f, err := os.Create(name)
	if err != nil {
		return err
	}
	defer f.Close()
	return nil
}

func given(z *gzip.Writer) error {
	defer z.Close()
	fmt.Fprint(z, "text")
	return nil
}

func shadowed(w io.Writer) (err error) {
	if w != nil {
		z, err := gzip.NewWriterLevel(w, 1)
		if err != nil {
			return err
		}
		defer z.Close()
		fmt.Fprint(z, "text")
	}
	return nil
}

func replaced(w io.Writer) error {
	z := gzip.NewWriter(w)
	defer z.Close()
	fmt.Fprint(z, "text")
	z = gzip.NewWriter(io.Discard)
	fmt.Fprint(z, "text")
	return nil
}

func main() {
	fmt.Println(reads("/no/such/file") != nil, readsFlags("/no/such/file") != nil, notWritten("/no/such/file") != nil)
	fmt.Println(checked(io.Discard), onPurpose(io.Discard), noError(io.Discard), given(gzip.NewWriter(io.Discard)))
	fmt.Println(shadowed(io.Discard), replaced(io.Discard))
}
