package main

import (
	"compress/gzip"
	"fmt"
	"io"
	"os"
	"path/filepath"
)

// The defer shares its line.
func oneLine(w io.Writer) error {
	z := gzip.NewWriter(w); defer z.Close()
	fmt.Fprint(z, "text")
	return nil
}

// The literal says why.
func explained(w io.Writer) error {
	z := gzip.NewWriter(w)
	defer func() {
		z.Close() // never fails here
	}()
	fmt.Fprint(z, "text")
	return nil
}

// Sync has been asked.
func synced(name string) error {
	f, err := os.Create(name)
	if err != nil {
		return err
	}
	defer f.Close()
	fmt.Fprint(f, "text")
	return f.Sync()
}

// In a loop it is defer-in-loop's.
func inLoop(dir string) error {
	for i := range 2 {
		f, err := os.Create(filepath.Join(dir, fmt.Sprint(i)))
		if err != nil {
			return err
		}
		defer f.Close()
		fmt.Fprint(f, "text")
	}
	return nil
}

type log struct{ f *os.File }

// Another may close it.
func (l *log) open(name string) error {
	f, err := os.Create(name)
	if err != nil {
		return err
	}
	defer f.Close()
	fmt.Fprint(f, "text")
	l.f = f
	return nil
}

// The literal does more, and may report it elsewhere.
func logged(w io.Writer) error {
	z := gzip.NewWriter(w)
	defer func() {
		if err := z.Close(); err != nil {
			fmt.Println(err)
		}
	}()
	fmt.Fprint(z, "text")
	return nil
}

// A type of its own called error says nothing.
func hidden(w io.Writer) (n int) {
	type error int
	write := func() (e error) {
		z := gzip.NewWriter(w)
		defer z.Close()
		fmt.Fprint(z, "text")
		return e
	}
	return int(write())
}

// What is read only has nothing to lose, however it was opened.
func sought(name string) (int64, error) {
	f, err := os.OpenFile(name, os.O_RDWR, 0)
	if err != nil {
		return 0, err
	}
	defer f.Close()
	return f.Seek(0, io.SeekEnd)
}

// What others opened is theirs.
func passed(f *os.File) error {
	defer f.Close()
	_, err := f.WriteString("text")
	return err
}

func main() {
	dir, _ := os.MkdirTemp("", "")
	defer os.RemoveAll(dir)
	name := filepath.Join(dir, "f")
	fmt.Println(oneLine(io.Discard), explained(io.Discard), synced(name), inLoop(dir), (&log{}).open(name))
	fmt.Println(logged(io.Discard), hidden(io.Discard))
	fmt.Println(sought(name))
	f, _ := os.Create(name)
	fmt.Println(passed(f))
}
