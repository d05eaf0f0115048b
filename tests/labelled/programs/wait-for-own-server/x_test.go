package waitforownserver

import (
	"fmt"
	"io"
	"net"
	"sync"
	"testing"
)

func serve(t *testing.T, got chan<- string) (addr string, sock io.Closer, wg *sync.WaitGroup) {
	t.Helper()
	c, err := net.ListenPacket("udp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	wg = new(sync.WaitGroup)
	wg.Add(1)
	go func() {
		defer wg.Done()
		b := make([]byte, 64)
		if n, _, err := c.ReadFrom(b); err == nil {
			got <- string(b[:n])
		}
	}()
	return c.LocalAddr().String(), c, wg
}

func TestWrite(t *testing.T) {
	for _, msg := range []string{"a", "b"} {
		got := make(chan string, 1)
		addr, sock, wg := serve(t, got)
		defer wg.Wait()
		defer sock.Close()
		c, err := net.Dial("udp", addr)
		if err != nil {
			t.Fatal(err)
		}
		fmt.Fprint(c, msg)
		c.Close()
		if s := <-got; s != msg {
			t.Error(s)
		}
	}
}
