package socketprobe

import "syscall"

type caps struct{ six, mapped bool }

var closeFD = syscall.Close

func (c *caps) probe(addrs [][16]byte) {
	for i := range addrs {
		s, err := syscall.Socket(syscall.AF_INET6, syscall.SOCK_STREAM, 0)
		if err != nil {
			continue
		}
		defer closeFD(s)
		if err := syscall.Bind(s, &syscall.SockaddrInet6{Addr: addrs[i]}); err != nil {
			continue
		}
		if i == 0 {
			c.six = true
		} else {
			c.mapped = true
		}
	}
}
