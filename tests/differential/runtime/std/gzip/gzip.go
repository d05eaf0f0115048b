// Package gzip stands in for the standard library's, with a tag more.
package gzip

import "difftest/rt"

// NewReader makes a resource that reads through another.
func NewReader(r *rt.Res, tag string) (*rt.Res, error) { return rt.Wrap(tag, r) }
