package retryspan

import (
	"fmt"
	"io"
	"time"
)

type span struct {
	name  string
	start time.Time
	took  time.Duration
}

func startSpan(name string) *span { return &span{name: name, start: time.Now()} }

func (s *span) End() { s.took = time.Since(s.start) }

func BringUp(w io.Writer, up func() error) error {
	n := 0
	var err error
	for err = up(); err != nil && n < 3; n++ {
		s := startSpan("retry")
		defer s.End()
		fmt.Fprintln(w, "again because of", err)
		time.Sleep(time.Millisecond)
		err = up()
	}
	if err != nil {
		return fmt.Errorf("bring up: %w", err)
	}
	return nil
}
