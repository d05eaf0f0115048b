package harnessperrow

import (
	"errors"
	"testing"
)

type engine struct {
	cfg  map[string]string
	stop chan struct{}
}

func newEngine() *engine {
	return &engine{cfg: map[string]string{}, stop: make(chan struct{})}
}

func (e *engine) Set(k, v string) error {
	if k == "" {
		return errors.New("empty key")
	}
	e.cfg[k] = v
	return nil
}

func (e *engine) Kill() { e.cfg = nil }

func TestSet(t *testing.T) {
	for _, tc := range []struct {
		key string
		bad bool
	}{{"a", false}, {"", true}} {
		e := newEngine()
		defer e.Kill()
		if err := e.Set(tc.key, "x"); (err != nil) != tc.bad {
			t.Errorf("%q: %v", tc.key, err)
		}
	}
}
