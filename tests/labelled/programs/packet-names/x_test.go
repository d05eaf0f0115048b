package packetnames

import (
	"net"
	"testing"
)

func TestAddrs(t *testing.T) {
	for _, laddr := range []string{"", "127.0.0.1:0"} {
		c1, err := net.ListenPacket("udp", "127.0.0.1:0")
		if err != nil {
			t.Fatal(err)
		}
		defer c1.Close()
		var la *net.UDPAddr
		if laddr != "" {
			if la, err = net.ResolveUDPAddr("udp", laddr); err != nil {
				t.Fatal(err)
			}
		}
		c2, err := net.DialUDP("udp", la, c1.LocalAddr().(*net.UDPAddr))
		if err != nil {
			t.Fatal(err)
		}
		defer c2.Close()
		for _, a := range []net.Addr{c1.LocalAddr(), c2.LocalAddr(), c2.RemoteAddr()} {
			if u, ok := a.(*net.UDPAddr); !ok || u.Port == 0 {
				t.Fatalf("got %v", a)
			}
		}
	}
}
