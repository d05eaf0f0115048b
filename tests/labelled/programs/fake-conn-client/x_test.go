package fakeconnclient

import (
	"bytes"
	"errors"
	"io"
	"strings"
	"testing"
)

type fake struct{ io.ReadWriter }

func (fake) Close() error { return nil }

type mailer struct{ c io.ReadWriteCloser }

func (m *mailer) hello(name string) error {
	if strings.ContainsAny(name, "\r\n") {
		return errors.New("bad name")
	}
	_, err := io.WriteString(m.c, "HELO "+name+"\r\n")
	return err
}

func (m *mailer) Close() error { return m.c.Close() }

func TestHello(t *testing.T) {
	for i, want := range []string{"HELO a\r\n", ""} {
		var buf bytes.Buffer
		m := &mailer{c: fake{&buf}}
		defer m.Close()
		var err error
		switch i {
		case 0:
			err = m.hello("a")
		case 1:
			if m.hello("a\r\nb") == nil {
				t.Error("accepted")
			}
		default:
			t.Fatal("unhandled")
		}
		if err != nil || buf.String() != want {
			t.Errorf("%d: %q %v", i, buf.String(), err)
		}
	}
}
