// Package gen holds the generated functions, in one of their two versions.
package gen

import "difftest/rt"

type (
	res     = rt.Res
	failure = rt.Failure
	pair    struct {
		n int
		s string
	}
	owner struct {
		n    int
		file *res
	}
	crate[T any] struct{ v T }
	holder       = rt.Holder
	closable     = rt.Closer
)

// current is a package variable that any function may set.
var current *res

func ev(tag string, vals ...any)                 { rt.Ev(tag, vals...) }
func rel(tag string, vals ...any)                { rt.Rel(tag, vals...) }
func take(tag string) rt.Ticket                  { return rt.Take(tag) }
func give(t rt.Ticket, vals ...any)              { rt.Give(t, vals...) }
func iter(loop int)                              { rt.Loop("iter", loop) }
func done(loop int)                              { rt.Loop("done", loop) }
func pick(n int) int                             { return rt.Pick(n) }
func val(tag string) int                         { return rt.Val(tag) }
func str(tag string) string                      { return rt.Str(tag) }
func yes(tag string) bool                        { return rt.Yes(tag) }
func fail(tag string) error                      { return rt.Fail(tag) }
func breakdown(tag string) *failure              { return rt.Breakdown(tag) }
func must(tag string) int                        { return rt.Must(tag) }
func echo[T any](tag string, v T) T              { return rt.Echo(tag, v) }
func anything(tag string) any                    { return rt.Any(tag) }
func source(tag string) chan int                 { return rt.Source(tag) }
func plus(n, m int) int                          { return n + m }
func open(tag string) (*res, error)              { return rt.Open(tag) }
func mustOpen(tag string) *res                   { return rt.MustOpen(tag) }
func wrap(tag string, r *res) (*res, error)      { return rt.Wrap(tag, r) }
func acquire(tag string) func()                  { return rt.Acquire(tag) }
func process(tag string, r *res) error           { return r.Check(tag) }
func register(tag string) func()                 { return rt.Register(tag) }
func enter(tag string)                           { rt.Enter(tag) }
func leave(tag string)                           { rt.Leave(tag) }
func registered() int                            { return rt.Registered() }
func setMode(tag string, m int) int              { return rt.SetMode(tag, m) }
func restore(tag string, m int)                  { rt.Restore(tag, m) }
func mode() int                                  { return rt.Mode() }
func shelve(r *res)                              { rt.Shelve(r) }
func shelved(tag string)                         { rt.Shelved(tag) }
func same(r *res) *res                           { return rt.Same(r) }
func either(r, s *res) *res                      { return rt.Either(r, s) }
func closeCounted(r *res, n *int)                { rt.CloseCounted(r, n) }
func closeAll(list ...*res)                      { rt.CloseAll(list...) }
func openLid(tag string) closable                { return rt.OpenLid(tag) }
func openCloser(tag string) closable             { return rt.OpenCloser(tag) }
func hold(c closable)                            { rt.Hold(c) }
func held(tag string)                            { rt.Held(tag) }
func closed() int                                { return rt.Closed() }
func gated(f func()) func()                      { return rt.Gated(f) }
func finish(r *res, args ...any)                 { r.Finish(args...) }
func closeAndRecover(r *res, tag string)         { rt.CloseAndRecover(r, tag, recover()) }
func intErr(tag string) (int, error)             { return rt.Val(tag), rt.Fail(tag + "e") }
func strInt(tag string) (string, int)            { return rt.Str(tag), rt.Val(tag + "n") }
func boolErr(tag string) (bool, error)           { return rt.Yes(tag), rt.Fail(tag + "e") }
func valueErr[T any](tag string, v T) (T, error) { return rt.Echo(tag, v), rt.Fail(tag + "e") }

// more is the condition of a loop, step what its post statement adds.
func more(loop int) bool {
	rt.Loop("cond", loop)
	return rt.Pick(3) != 0
}

func step(loop int) int {
	rt.Loop("post", loop)
	return 1 + rt.Pick(2)
}

func seq(loop int) func(yield func(int) bool) { return rt.Seq(loop) }

func ticks(loop int) func(yield func() bool) {
	return func(yield func() bool) {
		rt.Seq(loop)(func(int) bool { return yield() })
	}
}

func pairs(loop int) func(yield func(string, int) bool) {
	return func(yield func(string, int) bool) {
		rt.Seq(loop)(func(i int) bool { return yield("p"+rt.Show(i), i) })
	}
}
