// Package context stands in for the standard library's, with a tag more.
package context

import "difftest/rt"

// Context is done as soon as it is cancelled.
type Context struct{ res *rt.Res }

// CancelFunc ends a context.
type CancelFunc func()

// Background is never done.
func Background() Context { return Context{} }

// WithCancel gives a context and the function that ends it.
func WithCancel(parent Context, tag string) (Context, CancelFunc) {
	res := rt.MustOpen(tag)
	return Context{res}, func() { res.Close() }
}

// Err says whether the context is done.
func (c Context) Err(tag string) error { return c.res.Ping(tag) }
