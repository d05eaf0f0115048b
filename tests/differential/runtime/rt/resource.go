package rt

import (
	"errors"
	"fmt"
)

// Res is something that is open until it is closed: a file, a connection, a lock.
type Res struct {
	tag    string
	id     int
	born   int
	closed bool
	parent *Res
}

func acquire(tag string, parent *Res) *Res {
	r := &Res{tag: tag, id: number(), parent: parent}
	log(tag, "opens "+r.label()+parent.state())
	r.born = moment()
	return r
}

func (r *Res) label() string {
	if r == nil {
		return "none"
	}
	return "#" + Show(r.id)
}

// state is empty while r and everything under it is open.
func (r *Res) state() string {
	for at := r; at != nil; at = at.parent {
		if at.closed {
			return " CLOSED"
		}
	}
	return ""
}

func (r *Res) use(tag, how string) {
	if r == nil {
		log(tag, how+" none")
		return
	}
	log(tag, how+" "+r.label()+r.state())
}

// Open gives an open resource or an error.
func Open(tag string) (*Res, error) {
	if next()%5 == 1 {
		log(tag, "does not open")
		return nil, errors.New("cannot open " + tag)
	}
	return acquire(tag, nil), nil
}

// MustOpen never fails.
func MustOpen(tag string) *Res { return acquire(tag, nil) }

// Wrap gives a resource that needs the one below it, even to close.
func Wrap(tag string, r *Res) (*Res, error) {
	if next()%6 == 1 {
		log(tag, "does not wrap")
		return nil, errors.New("cannot wrap " + tag)
	}
	return acquire(tag, r), nil
}

// Acquire gives the function that releases.
func Acquire(tag string) func() {
	r := acquire(tag, nil)
	return func() { r.Close() }
}

// Close releases.  Whether it fails depends on the resource alone, not on the moment.
func (r *Res) Close() error {
	if r == nil {
		release("nil", "", 0)
		return nil
	}
	val := r.label() + r.parent.state()
	if r.closed {
		release(r.tag, val+" again", r.born)
		return errors.New("closed twice " + r.label())
	}
	r.closed = true
	release(r.tag, val, r.born)
	if (salt()+r.id)%4 == 1 {
		return fmt.Errorf("cannot close %s", r.label())
	}
	return nil
}

// Finish is Close with arguments, which belong to the moment of the defer.
func (r *Res) Finish(args ...any) {
	if r == nil {
		release("nil", Show(args...), 0)
		return
	}
	val := r.label() + r.parent.state() + " with " + Show(args...)
	r.closed = true
	release(r.tag, val, r.born)
}

// CloseAndRecover closes after a panic, which it reports.
func CloseAndRecover(r *Res, tag string, p any) {
	r.Close()
	if p != nil {
		Rel(tag, p)
	}
}

// Rel is a deferred call without a resource; born is where its first argument was evaluated.
func Rel(tag string, vals ...any) {
	release(tag, Show(vals...), 0)
}

// Ticket logs the moment at which a deferred call's arguments are evaluated.
type Ticket struct {
	tag  string
	id   int
	born int
}

// Take gives a ticket.
func Take(tag string) Ticket {
	t := Ticket{tag: tag, id: number()}
	log(tag, "ticket "+Show(t.id))
	t.born = moment()
	return t
}

// Give is a deferred call that hands a ticket back.
func Give(t Ticket, vals ...any) {
	release(t.tag, Show(t.id)+" "+Show(vals...), t.born)
}

// Use is any use at all.
func (r *Res) Use(tag string) { r.use(tag, "uses") }

// Size reads a number.
func (r *Res) Size(tag string) int {
	r.use(tag, "sizes")
	return next() % 7
}

// Name reads a string, which outlives the resource.
func (r *Res) Name(tag string) string {
	r.use(tag, "names")
	return "n" + Show(next()%5)
}

// Check gives an error or nil.
func (r *Res) Check(tag string) error {
	r.use(tag, "checks")
	if next()%4 == 1 {
		return errors.New("bad " + tag)
	}
	return nil
}

// Read gives a number and an error.
func (r *Res) Read(tag string) (int, error) {
	r.use(tag, "reads")
	if next()%4 == 1 {
		return 0, errors.New("unreadable " + tag)
	}
	return next() % 7, nil
}

// View gives something that lives only as long as r.
func (r *Res) View() *Res {
	if r == nil {
		return nil
	}
	return &Res{tag: r.tag, id: r.id, born: r.born, parent: r}
}

// Ping gives an error or nil.
func (r *Res) Ping(tag string) error { return r.Check(tag) }

// Next says whether there is more to read.
func (r *Res) Next(tag string) bool {
	r.use(tag, "advances")
	return next()%3 > 0
}
