package cancelreassigned

import (
	"context"
	"sync"
	"testing"
	"time"
)

type state struct {
	mu   sync.Mutex
	code int
	gone []chan int
}

func (s *state) wait(ctx context.Context) <-chan int {
	in, out := make(chan int, 1), make(chan int, 1)
	s.mu.Lock()
	s.gone = append(s.gone, in)
	s.mu.Unlock()
	go func() {
		select {
		case c := <-in:
			out <- c
		case <-ctx.Done():
			out <- -1
		}
	}()
	return out
}

func (s *state) exit(code int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, c := range s.gone {
		c <- code
	}
	s.gone = nil
}

func TestTwice(t *testing.T) {
	s := &state{}
	for i := 1; i <= 2; i++ {
		ctx, cancel := context.WithTimeout(context.Background(), time.Second)
		defer cancel()
		first := s.wait(ctx)
		ctx, cancel = context.WithTimeout(context.Background(), 2*time.Second)
		defer cancel()
		second := s.wait(ctx)
		s.exit(i)
		if a, b := <-first, <-second; a != i || b != i {
			t.Fatalf("got %d and %d, want %d", a, b, i)
		}
	}
}
