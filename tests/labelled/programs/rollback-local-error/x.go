package rollbacklocalerror

import (
	"errors"
	"log"
)

type unit struct{ name string }

func (u *unit) rename(n string) error {
	if n == u.name {
		return errors.New("same name")
	}
	u.name = n
	return nil
}

func Rename(units []*unit, name string) error {
	var err error
	for _, u := range units {
		old := u.name
		if err = u.rename(name); err != nil {
			break
		}
		defer func() {
			if err != nil {
				if e := u.rename(old); e != nil {
					log.Print(e)
				}
			}
		}()
	}
	return err
}
