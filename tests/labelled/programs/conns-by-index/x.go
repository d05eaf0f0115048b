package connsbyindex

import (
	"io"
	"net"
)

func Hold(addr string, n int) error {
	conns := make([]net.Conn, n)
	errs := make(chan error, n)
	var err error
	for i := range n {
		conns[i], err = net.Dial("tcp", addr)
		if err != nil {
			return err
		}
		defer conns[i].Close()
		go func(i int) {
			_, err := conns[i].Read(make([]byte, 1))
			errs <- err
		}(i)
	}
	for range n {
		if err := <-errs; err != io.EOF {
			return err
		}
	}
	return nil
}
