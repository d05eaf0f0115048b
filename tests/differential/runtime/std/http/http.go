// Package http stands in for the standard library's.
package http

import "difftest/rt"

// Response has a body to close.
type Response struct {
	StatusCode int
	Body       *rt.Res
}

// Get gives a response or an error.
func Get(tag string) (*Response, error) {
	body, err := rt.Open(tag)
	if err != nil {
		return nil, err
	}
	return &Response{200 + rt.Pick(3), body}, nil
}
