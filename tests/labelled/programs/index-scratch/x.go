package indexscratch

import (
	"bufio"
	"os"
)

type scratch struct{ words []string }

func (s *scratch) reset() { s.words = s.words[:0] }

type index struct{ f *os.File }

func (x *index) Words(s *scratch) error {
	s.reset()
	sc := bufio.NewScanner(x.f)
	for sc.Scan() {
		s.words = append(s.words, sc.Text())
	}
	return sc.Err()
}

func (x *index) Close() error { return x.f.Close() }

func openIndex(name string) (*index, error) {
	f, err := os.Open(name)
	if err != nil {
		return nil, err
	}
	return &index{f: f}, nil
}

func CountAll(names []string) (int, error) {
	var s scratch
	n := 0
	for _, name := range names {
		x, err := openIndex(name)
		if err != nil {
			return 0, err
		}
		defer x.Close()
		if err := x.Words(&s); err != nil {
			return 0, err
		}
		n += len(s.words)
	}
	return n, nil
}
