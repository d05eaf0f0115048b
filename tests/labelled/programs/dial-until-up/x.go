package dialuntilup

import (
	"bufio"
	"net"
	"strings"
	"time"
)

func Greet(addr string, tries int) (string, error) {
	for i := 0; ; i++ {
		c, err := net.Dial("tcp", addr)
		if err != nil {
			if i == tries {
				return "", err
			}
			time.Sleep(time.Millisecond)
			continue
		}
		defer c.Close()
		line, err := bufio.NewReader(c).ReadString('\n')
		return strings.TrimSpace(line), err
	}
}
