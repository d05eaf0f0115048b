package breakoutoflabelled

type actor struct {
	do   chan func()
	stop chan chan struct{}
}

func (a *actor) run() {
loop:
	for {
		select {
		case f := <-a.do:
			f()
		case done := <-a.stop:
			close(a.do)
			defer close(done)
			break loop
		}
	}
	for f := range a.do {
		f()
	}
}
