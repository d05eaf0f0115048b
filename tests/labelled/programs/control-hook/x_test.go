package controlhook

import (
	"net"
	"syscall"
	"testing"
)

func TestHook(t *testing.T) {
	var err error
	for i, network := range []string{"tcp", "udp"} {
		var ln net.Listener
		if ln, err = net.Listen("tcp", "127.0.0.1:0"); err != nil {
			t.Error(err)
			continue
		}
		defer ln.Close()
		id := -1
		d := net.Dialer{Control: func(string, string, syscall.RawConn) error {
			id = i
			return nil
		}}
		var c net.Conn
		c, err = d.Dial(network, ln.Addr().String())
		if err != nil {
			t.Error(err)
			continue
		}
		if id != i {
			t.Errorf("%s: %d", network, id)
		}
		c.Close()
	}
}
