package main

import (
	"errors"
	"fmt"
)

type segment struct {
	index  int
	closed bool
}

func openSegment(index int) (*segment, error) {
	if index == 4 {
		return nil, errors.New("segment 4 is missing")
	}
	fmt.Println("open", index)
	return &segment{index: index}, nil
}

func (s *segment) replay() {
	fmt.Println("replay", s.index, s.closed)
}

func (s *segment) Close() error {
	s.closed = true
	fmt.Println("~ close", s.index)
	return nil
}

func replayAll(first, last int) error {
	for i := first; i < last; i++ {
		seg, err := openSegment(i)
		if err != nil {
			return err
		}
		func() {
			defer seg.Close()
			seg.replay()
		}()
	}
	return nil
}

func main() {
	fmt.Println("result", replayAll(0, 3))
	fmt.Println("result", replayAll(2, 6))
	fmt.Println("result", replayAll(1, 1))
}
