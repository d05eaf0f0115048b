package transferwatchers

type transfer struct {
	after *transfer
	done  chan struct{}
	quit  chan struct{}
}

func start(after *transfer, work func()) *transfer {
	t := &transfer{after: after, done: make(chan struct{}), quit: make(chan struct{})}
	go func() {
		defer close(t.done)
		if after != nil {
			<-after.done
		}
		select {
		case <-t.quit:
		default:
			work()
		}
	}()
	return t
}

func (t *transfer) release() { close(t.quit) }

func Download(jobs []func()) {
	var top *transfer
	for _, j := range jobs {
		next := start(top, j)
		if top != nil {
			defer top.release()
		}
		top = next
	}
	if top != nil {
		<-top.done
	}
}
