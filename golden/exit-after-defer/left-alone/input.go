package main

import (
	"context"
	"fmt"
	"os"
	"sync"
)

type store struct{ name string }

func (s *store) flush() { fmt.Println("flush", s.name) }

func notPending(s *store, bad bool) {
	if bad {
		os.Exit(1)
	}
	defer s.flush()
	fmt.Println("not pending")
}

func lostAnyway(mu *sync.Mutex, wg *sync.WaitGroup) {
	mu.Lock()
	defer mu.Unlock()
	wg.Add(1)
	defer wg.Done()
	_, cancel := context.WithCancel(context.Background())
	defer cancel()
	defer func() {
		_ = recover()
	}()
	if wg == nil {
		os.Exit(1)
	}
}

func conditional(s *store, yes bool) {
	if yes {
		defer s.flush()
	}
	if s.name == "" {
		os.Exit(1)
	}
}

func repeated(list []*store) {
	for _, s := range list {
		defer s.flush()
	}
	if len(list) == 0 {
		os.Exit(1)
	}
}

func replaced(s *store) {
	defer s.flush()
	s = &store{"other"}
	if s.name == "" {
		os.Exit(1)
	}
}

func made(s *store) {
	defer s.flush()
	if s.name == "" {
		s.flush()
		os.Exit(1)
	}
}

func returns(s *store) {
	defer s.flush()
	exit := func(code int) {
		if code > 1 {
			os.Exit(code)
		}
	}
	exit(0)
}

func main() {
	s := &store{"s"}
	notPending(s, false)
	lostAnyway(&sync.Mutex{}, &sync.WaitGroup{})
	conditional(s, true)
	repeated([]*store{s})
	replaced(s)
	made(s)
	returns(s)
}
