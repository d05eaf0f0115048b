package acceptedbychannel

import (
	"net"
	"testing"
)

func TestAccepted(t *testing.T) {
	ch := make(chan net.Conn, 1)
	for _, network := range []string{"tcp", "tcp4"} {
		ln, err := net.Listen(network, "127.0.0.1:0")
		if err != nil {
			t.Fatal(err)
		}
		defer ln.Close()
		go func() {
			c, err := ln.Accept()
			if err == nil {
				ch <- c
			}
		}()
		c, err := net.Dial(network, ln.Addr().String())
		if err != nil {
			t.Fatal(err)
		}
		defer c.Close()
		cc := <-ch
		defer cc.Close()
		if cc.RemoteAddr().String() != c.LocalAddr().String() {
			t.Fatal("not the pair")
		}
	}
}
