package ownserverteardown

import (
	"io"
	"net"
	"testing"
)

type localServer struct {
	ln   net.Listener
	done chan struct{}
}

func newServer(t *testing.T) *localServer {
	t.Helper()
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	return &localServer{ln: ln, done: make(chan struct{})}
}

func (s *localServer) start(h func(net.Listener)) {
	go func() {
		defer close(s.done)
		h(s.ln)
	}()
}

func (s *localServer) teardown() {
	s.ln.Close()
	<-s.done
}

func TestEcho(t *testing.T) {
	for _, text := range []string{"a", "bb"} {
		s := newServer(t)
		defer s.teardown()
		s.start(func(ln net.Listener) {
			c, err := ln.Accept()
			if err != nil {
				return
			}
			io.CopyN(c, c, int64(len(text)))
			c.Close()
		})
		c, err := net.Dial("tcp", s.ln.Addr().String())
		if err != nil {
			t.Fatal(err)
		}
		defer c.Close()
		io.WriteString(c, text)
		b := make([]byte, len(text))
		if _, err := io.ReadFull(c, b); err != nil || string(b) != text {
			t.Error(string(b), err)
		}
	}
}
