package chainreferences

import (
	"errors"
	"strings"
)

type layers struct{ refs map[string]int }

type ref struct {
	l  *layers
	id string
}

func (l *layers) get(chain string) (*ref, error) {
	parent := chain[:strings.LastIndex(chain, "/")+1]
	if parent != "" && l.refs[strings.TrimSuffix(parent, "/")] == 0 {
		return nil, errors.New("parent is gone")
	}
	l.refs[chain]++
	return &ref{l, chain}, nil
}

func (r *ref) Release() {
	if r.l.refs[r.id]--; r.l.refs[r.id] == 0 {
		delete(r.l.refs, r.id)
	}
}

func (l *layers) Build(ids []string) (*ref, error) {
	for i := range ids {
		r, err := l.get(strings.Join(ids[:i+1], "/"))
		if err != nil {
			return nil, err
		}
		if i == len(ids)-1 {
			return r, nil
		}
		defer r.Release()
	}
	return nil, errors.New("nothing to build")
}
