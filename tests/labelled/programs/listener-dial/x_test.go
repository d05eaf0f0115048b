package listenerdial

import (
	"net"
	"os"
	"path/filepath"
	"testing"
)

func testable(network string) bool { return network != "unixpacket" }

func newPacket(t *testing.T, network string) net.PacketConn {
	t.Helper()
	addr := "127.0.0.1:0"
	if network == "unixgram" {
		addr = filepath.Join(t.TempDir(), "s")
	}
	c, err := net.ListenPacket(network, addr)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func TestDialEach(t *testing.T) {
	for _, network := range []string{"udp", "unixgram"} {
		if !testable(network) {
			continue
		}
		c1 := newPacket(t, network)
		if network == "unixgram" {
			defer os.Remove(c1.LocalAddr().String())
		}
		defer c1.Close()
		c2, err := net.Dial(network, c1.LocalAddr().String())
		if err != nil {
			t.Error(err)
			continue
		}
		c2.Close()
	}
}
