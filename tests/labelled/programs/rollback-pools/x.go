package rollbackpools

import (
	"errors"
	"log"
)

type allocator interface {
	Request(cfg string) (id string, err error)
	Release(id string) error
}

func Allocate(a allocator, cfgs []string) (_ []string, retErr error) {
	var ids []string
	for _, c := range cfgs {
		if c == "" {
			return nil, errors.New("empty config")
		}
		id, err := a.Request(c)
		if err != nil {
			return nil, err
		}
		defer func() {
			if retErr != nil {
				if err := a.Release(id); err != nil {
					log.Print("release: ", err)
				}
			}
		}()
		ids = append(ids, id)
	}
	return ids, nil
}
