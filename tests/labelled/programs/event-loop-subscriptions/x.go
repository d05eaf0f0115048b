package eventloopsubscriptions

type feed struct{ subs map[chan string]bool }

func (f *feed) Subscribe() chan string {
	c := make(chan string, 4)
	f.subs[c] = true
	return c
}

func (f *feed) Unsubscribe(c chan string) { delete(f.subs, c) }

func Events(f *feed, want <-chan struct{}, done <-chan struct{}, emit func(string)) {
	var in chan string
	for {
		select {
		case <-want:
			c := f.Subscribe()
			defer f.Unsubscribe(c)
			in = c
		case s := <-in:
			emit(s)
		case <-done:
			return
		}
	}
}
