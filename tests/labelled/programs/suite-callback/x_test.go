package suitecallback

import (
	"errors"
	"testing"
)

type suite struct {
	points []int
	ready  bool
}

func newSuite(text string) (*suite, error) {
	if text == "" {
		return nil, errors.New("empty")
	}
	return &suite{points: []int{1, 2, 3}, ready: true}, nil
}

func (s *suite) Until(n int, fn func(error)) {
	if n > len(s.points) {
		fn(errors.New("too far"))
		return
	}
	fn(nil)
}

func (s *suite) Close() { s.ready = false }

func TestSuites(t *testing.T) {
	for _, text := range []string{"x", "y"} {
		s, err := newSuite(text)
		if err != nil {
			t.Fatal(err)
		}
		defer s.Close()
		for n := range 3 {
			s.Until(n, func(err error) {
				if err != nil || !s.ready {
					t.Error(n, err)
				}
			})
		}
	}
}
