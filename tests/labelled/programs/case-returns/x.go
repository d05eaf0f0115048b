package casereturns

import (
	"bufio"
	"errors"
	"io"
)

type plain struct{ io.ReadWriteCloser }

func serveUpgraded(c io.ReadWriteCloser) error {
	_, err := io.WriteString(c, "upgraded\n")
	return err
}

func Serve(c io.ReadWriteCloser) error {
	s := bufio.NewScanner(c)
	for s.Scan() {
		switch s.Text() {
		case "HELLO":
			io.WriteString(c, "hi\n")
		case "UPGRADE":
			c = plain{c}
			defer c.Close()
			return serveUpgraded(c)
		default:
			return errors.New("unknown command")
		}
	}
	return s.Err()
}
