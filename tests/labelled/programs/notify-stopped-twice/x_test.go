package notifystoppedtwice

import (
	"os"
	"os/signal"
	"syscall"
	"testing"
)

func TestNotify(t *testing.T) {
	for _, sig := range []os.Signal{syscall.SIGUSR1, syscall.SIGUSR2} {
		c := make(chan os.Signal, 1)
		signal.Notify(c, sig)
		defer signal.Stop(c)
		syscall.Kill(syscall.Getpid(), sig.(syscall.Signal))
		<-c
		signal.Stop(c)
		select {
		case s := <-c:
			t.Fatal("unexpected", s)
		default:
		}
	}
}
