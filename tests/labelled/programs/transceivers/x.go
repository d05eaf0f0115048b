package transceivers

import (
	"io"
	"net"
)

func transceive(c net.Conn, p []byte, ch chan<- error) {
	defer close(ch)
	if _, err := c.Write(p); err != nil {
		ch <- err
		return
	}
	if _, err := io.ReadFull(c, p); err != nil {
		ch <- err
	}
}

func TalkAll(addrs []string) (errs []error) {
	var chs []chan error
	for _, a := range addrs {
		c, err := net.Dial("tcp", a)
		if err != nil {
			return []error{err}
		}
		defer c.Close()
		chs = append(chs, make(chan error, 1))
		go transceive(c, []byte("hello"), chs[len(chs)-1])
	}
	for _, ch := range chs {
		for err := range ch {
			errs = append(errs, err)
		}
	}
	return errs
}
