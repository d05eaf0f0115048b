package main

import (
	"bytes"
	"compress/zlib"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
)

type body struct{ name string }

func (b *body) Close() { fmt.Println("~ close", b.name) }

type answer struct {
	Body *body
	code int
}

func get(name string) (*answer, error) {
	if name == "" {
		return nil, errors.New("no name")
	}
	return &answer{&body{name}, 200}, nil
}

func dial(name string) (*body, error) {
	if name == "" {
		return nil, errors.New("no name")
	}
	return &body{name}, nil
}

// The release is a method of a part.
func part(name string) error {
	a, err := get(name)
	if err != nil {
		return err
	}
	defer a.Body.Close()
	fmt.Println(a.code)
	return nil
}

// The variables were declared above.
func assigned(name string) error {
	var b *body
	var err error
	b, err = dial(name)
	if err != nil {
		return err
	}
	defer b.Body()
	return nil
}

func (b *body) Body() { b.Close() }

// The branch panics.
func panics(name string) (err error) {
	b, err := dial(name)
	if err != nil {
		panic(errors.New("it"))
	}
	defer b.Close()
	return nil
}

// The branch goes on with the next pass, in a literal of its own.
func inLiteral(names ...string) error {
	each := func(name string) error {
		b, err := dial(name)
		if err != nil {
			return errors.Join(err, errors.New(name))
		}
		defer b.Close()
		return nil
	}
	for _, name := range names {
		if err := each(name); err != nil {
			return err
		}
	}
	return nil
}

// A value of a type parameter's type.
func generic[T interface{ Close() }](open func() (T, error)) error {
	t, err := open()
	if err != nil {
		return err
	}
	defer t.Close()
	return nil
}

// In a block.
func inBlock(name string, wanted bool) error {
	if wanted {
		b, err := dial(name)
		if err != nil {
			return err
		}
		defer b.Close()
		fmt.Println(b.name)
	}
	return nil
}

// In a case.
func inCase(name string, kind int) error {
	switch kind {
	case 1:
		b, err := dial(name)
		if err != nil {
			return err
		}
		defer b.Close()
		fmt.Println(b.name)
	}
	return nil
}

// A method value made at once.
func methodValue(name string) error {
	b, err := dial(name)
	if err != nil {
		return err
	}
	defer (b).Close()
	return nil
}

type lease struct{ name string }

func (l lease) Close() { fmt.Println("~ close", l.name) }

// A value that is no pointer: with an error there is nothing in it.
func value(open func() (lease, error)) error {
	l, err := open()
	if err != nil {
		return err
	}
	defer l.Close()
	return nil
}

// Nothing comes with an error from these.
func listens(address string) error {
	l, err := net.Listen("tcp", address)
	if err != nil {
		return errors.New("can't listen")
	}
	defer l.Close()
	return nil
}

func creates(name string) error {
	f, err := os.Create(name)
	if err != nil {
		return errors.New("can't create")
	}
	defer f.Close()
	return nil
}

func inflates(data []byte) error {
	z, err := zlib.NewReader(bytes.NewReader(data))
	if err != nil {
		return err
	}
	defer z.Close()
	_, err = io.Copy(io.Discard, z)
	return err
}

func try(what string, err func() error) {
	defer func() {
		if e := recover(); e != nil && fmt.Sprint(e) != "it" {
			fmt.Println("! panic in", what)
		}
	}()
	fmt.Println(what, err() != nil)
}

func main() {
	for _, name := range []string{"a", ""} {
		try("part", func() error { return part(name) })
		try("assigned", func() error { return assigned(name) })
		try("literal", func() error { return inLiteral(name) })
		try("generic", func() error { return generic(func() (*body, error) { return dial(name) }) })
		try("block", func() error { return inBlock(name, true) })
		try("case", func() error { return inCase(name, 1) })
		try("method value", func() error { return methodValue(name) })
	}
	try("value", func() error { return value(func() (lease, error) { return lease{"a"}, nil }) })
	try("panics", func() error { return panics("a") })
	try("listens", func() error { return listens("no address") })
	try("creates", func() error { return creates("/no/such/file") })
	try("inflates", func() error { return inflates([]byte("no zlib")) })
}
