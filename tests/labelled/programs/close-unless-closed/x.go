package closeunlessclosed

import (
	"errors"
	"fmt"
)

type blockWriter interface {
	Add(v int64) error
	Close() error
}

func Import(ranges [][]int64, open func() (blockWriter, error)) (err error) {
	for _, r := range ranges {
		w, err := open()
		if err != nil {
			return fmt.Errorf("open writer: %w", err)
		}
		var closed bool
		defer func() {
			if !closed {
				err = errors.Join(err, w.Close())
			}
		}()
		for _, v := range r {
			if err := w.Add(v); err != nil {
				return fmt.Errorf("add: %w", err)
			}
		}
		err = w.Close()
		closed = true
		if err != nil {
			return fmt.Errorf("close: %w", err)
		}
	}
	return nil
}
