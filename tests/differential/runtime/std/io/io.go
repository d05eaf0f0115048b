// Package io stands in for the standard library's, with a tag more.
package io

import (
	"errors"

	"difftest/rt"
)

// ReadAll reads a resource.
func ReadAll(r *rt.Res, tag string) ([]byte, error) {
	if n, err := r.Read(tag); err != nil {
		return nil, errors.New("cannot read all")
	} else {
		return []byte(rt.Show("data", n)), nil
	}
}

// WriteString writes to a resource.
func WriteString(r *rt.Res, tag string) (int, error) { return r.Read(tag) }
