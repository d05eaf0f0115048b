package channelrangeconn

import (
	"io"
	"net"
)

type job struct {
	addr  string
	reply chan<- string
}

func Worker(jobs <-chan job) {
	for j := range jobs {
		c, err := net.Dial("tcp", j.addr)
		if err != nil {
			j.reply <- err.Error()
			continue
		}
		defer c.Close()
		b, err := io.ReadAll(c)
		if err != nil {
			j.reply <- err.Error()
			continue
		}
		j.reply <- string(b)
	}
}
