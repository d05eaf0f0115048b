package innerdefersdragged

import "net"

type srv struct{ ln net.Listener }

func (s *srv) teardown() { s.ln.Close() }

func Rounds(addrs []string, perRound int, talk func(net.Conn, chan<- error)) error {
	for _, a := range addrs {
		ln, err := net.Listen("tcp", a)
		if err != nil {
			return err
		}
		var list []*srv
		defer func() {
			for _, s := range list {
				s.teardown()
			}
		}()
		list = append(list, &srv{ln})
		errs := make(chan error, perRound)
		for range perRound {
			c, err := net.Dial("tcp", ln.Addr().String())
			if err != nil {
				return err
			}
			defer c.Close()
			go talk(c, errs)
		}
		for range perRound {
			if err := <-errs; err != nil {
				return err
			}
		}
	}
	return nil
}
