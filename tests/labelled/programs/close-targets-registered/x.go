package closetargetsregistered

import (
	"errors"
	"fmt"
)

type target interface {
	ID() string
	Active() (bool, error)
	Close() error
}

func Probe(make func() ([]target, error)) error {
	list, err := make()
	if err != nil {
		return err
	}
	for _, t := range list {
		defer t.Close()
	}
	for _, t := range list {
		ok, err := t.Active()
		if err != nil {
			return fmt.Errorf("%s: %w", t.ID(), err)
		}
		if !ok {
			return errors.New(t.ID() + " is offline")
		}
	}
	return nil
}
