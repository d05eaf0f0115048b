package socketpair

import (
	"net"
	"os"
	"syscall"
	"testing"
)

func TestPair(t *testing.T) {
	for _, kind := range []int{syscall.SOCK_STREAM, syscall.SOCK_DGRAM} {
		fds, err := syscall.Socketpair(syscall.AF_LOCAL, kind, 0)
		if err != nil {
			t.Fatal(err)
		}
		fa := os.NewFile(uintptr(fds[0]), "a")
		fb := os.NewFile(uintptr(fds[1]), "b")
		defer fa.Close()
		defer fb.Close()
		a, err := net.FileConn(fa)
		if err != nil {
			t.Error(err)
			return
		}
		defer a.Close()
		b, err := net.FileConn(fb)
		if err != nil {
			t.Error(err)
			return
		}
		defer b.Close()
		if _, err := a.Write([]byte("x")); err != nil {
			t.Fatal(err)
		}
		if _, err := b.Read(make([]byte, 1)); err != nil {
			t.Fatal(err)
		}
	}
}
