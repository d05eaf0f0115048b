package rt

// What deferred calls of the forms below change, and what others see of it.  It belongs to one trace.
var (
	registry = map[string]int{}
	mode     int
	shelf    *Res
	kept     Closer
	closed   int
)

func forget() {
	registry = map[string]int{}
	mode, shelf, kept, closed = 0, nil, nil, 0
}

// Register enters a name; the function that it gives takes it out again.
func Register(tag string) func() {
	registry[tag]++
	log(tag, "registers")
	born := moment()
	return func() {
		registry[tag]--
		release(tag, "leaves", born)
	}
}

// Enter is Register for those who call Leave themselves.
func Enter(tag string) {
	registry[tag]++
	log(tag, "enters")
}

// Leave takes a name out.
func Leave(tag string) {
	registry[tag]--
	release(tag, "leaves", 0)
}

// Registered counts the names that are in the registry.
func Registered() int {
	n := 0
	for _, count := range registry {
		n += count
	}
	return n
}

// SetMode sets what the whole process has one of, and gives the old one.
func SetMode(tag string, m int) int {
	old := mode
	mode = m
	log(tag, "sets the mode")
	return old
}

// Restore sets it back.
func Restore(tag string, m int) {
	mode = m
	release(tag, "restores "+Show(m), 0)
}

// Mode gives the mode.
func Mode() int { return mode }

// Shelve puts a resource where Shelved finds it.
func Shelve(r *Res) { shelf = r }

// Shelved uses what was put there last.
func Shelved(tag string) { shelf.Use(tag) }

// Same gives what it got.
func Same(r *Res) *Res { return r }

// Either gives one of two.
func Either(r, s *Res) *Res {
	if next()%2 == 1 {
		return s
	}
	return r
}

// CloseCounted closes and counts.
func CloseCounted(r *Res, n *int) {
	*n++
	r.Close()
}

// CloseAll closes what is there.
func CloseAll(list ...*Res) {
	for _, r := range list {
		r.Close()
	}
}

// Holder has a resource of its own.
type Holder struct {
	R *Res
	N int
}

// Open opens one, which stays in the holder.
func (h *Holder) Open(tag string) *Res {
	h.R = acquire(tag, nil)
	return h.R
}

// Use uses it.
func (h *Holder) Use(tag string) { h.R.Use(tag) }

// Close closes it and counts.
func (h *Holder) Close() {
	h.N++
	h.R.Close()
}

// Done closes what the holder held when the method was called, or deferred.
func (h Holder) Done() { h.R.Close() }

// Closer is what may be a resource, or something around one.
type Closer interface {
	Use(tag string)
	Close() error
}

// Lid counts what it closes.
type Lid struct{ r *Res }

// Use uses what is under it.
func (l *Lid) Use(tag string) { l.r.Use(tag) }

// Close closes what is under it.
func (l *Lid) Close() error {
	closed++
	return l.r.Close()
}

// OpenLid gives a resource under a lid.
func OpenLid(tag string) Closer { return &Lid{acquire(tag, nil)} }

// OpenCloser gives one of both kinds.
func OpenCloser(tag string) Closer {
	if next()%2 == 1 {
		return OpenLid(tag)
	}
	return acquire(tag, nil)
}

// Hold keeps a closer where Held finds it.
func Hold(c Closer) { kept = c }

// Held uses what was kept last.
func Held(tag string) {
	if kept != nil {
		kept.Use(tag)
	}
}

// Closed counts what was closed through a lid.
func Closed() int { return closed }

// Gated starts a goroutine that does nothing until the function that it gives is called, which waits for its end.
func Gated(f func()) func() {
	gate, done := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(done)
		<-gate
		f()
	}()
	return func() {
		close(gate)
		<-done
	}
}
