package closerhelper

import (
	"net"
	"os"
	"testing"
)

func TestPackets(t *testing.T) {
	closer := func(c net.PacketConn, network, a string) {
		c.Close()
		if network == "unixgram" {
			os.Remove(a)
		}
	}
	for _, tt := range []struct{ network, addr string }{{"udp", "127.0.0.1:0"}} {
		c1, err := net.ListenPacket(tt.network, tt.addr)
		if err != nil {
			t.Fatal(err)
		}
		defer closer(c1, tt.network, tt.addr)
		c2, err := net.Dial(tt.network, c1.LocalAddr().String())
		if err != nil {
			t.Fatal(err)
		}
		defer c2.Close()
		if _, err := c2.Write([]byte("x")); err != nil {
			t.Fatal(err)
		}
		switch tt.network {
		case "unixgram":
			continue
		default:
		}
		if _, _, err := c1.ReadFrom(make([]byte, 8)); err != nil {
			t.Fatal(err)
		}
	}
}
