package thereforitseffect

import "net"

func Load(rounds int, network bool, work func()) {
	for range rounds {
		if network {
			ln, err := net.Listen("tcp", "localhost:0")
			if err == nil {
				defer ln.Close()
			}
		}
		done := make(chan bool)
		for range 2 {
			go func() {
				work()
				done <- true
			}()
		}
		<-done
		<-done
	}
}
