package rollbackarguments

import (
	"errors"
	"slices"
)

type endpoint struct{ names []string }

func (e *endpoint) update(names []string) error {
	if len(names) > 3 {
		return errors.New("too many")
	}
	e.names = names
	return nil
}

func RenameAll(eps []*endpoint, name string) (err error) {
	for _, e := range eps {
		old := slices.Clone(e.names)
		if err := e.update(append(slices.Clone(old), name)); err != nil {
			return err
		}
		defer func(e *endpoint, old []string) {
			if err == nil {
				return
			}
			_ = e.update(old)
		}(e, old)
	}
	return nil
}
