package tooslowtimer

import (
	"fmt"
	"net"
	"time"
)

func Pair(addr string, accepted <-chan net.Conn) (net.Conn, net.Conn, error) {
	var err error
dialing:
	for i := 0; i < 5; i++ {
		slow := time.NewTimer(time.Second)
		defer slow.Stop()
		var c1 net.Conn
		c1, err = net.Dial("tcp", addr)
		if err != nil {
			<-slow.C
			continue
		}
		for {
			select {
			case <-slow.C:
				c1.Close()
				continue dialing
			case c2 := <-accepted:
				if c2.RemoteAddr().String() == c1.LocalAddr().String() {
					return c1, c2, nil
				}
				c2.Close()
			}
		}
	}
	return nil, nil, fmt.Errorf("no pair: %v", err)
}
