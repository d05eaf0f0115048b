package registeredbeforeothers

type trail struct{ steps []string }

func (t *trail) end(s string) { t.steps = append(t.steps, s) }

func Walk(t *trail, n int, work func()) {
	for range n {
		defer t.end("loop")
	}
	defer t.end("last")
	defer t.end("first")
	work()
}
