package main

import (
	"errors"
	"fmt"
)

type vault struct {
	name string
	shut bool
}

func enter(name string) *vault {
	fmt.Println("enter", name)
	return &vault{name: name}
}

func (v *vault) take() (int, error) {
	fmt.Println("take from", v.name, v.shut)
	if v.name == "c" {
		return 0, errors.New("alarm")
	}
	return len(v.name), nil
}

func (v *vault) Close() {
	v.shut = true
	fmt.Println("~ shut", v.name)
}

func heist(vaults ...string) (loot int, err error) {
	for _, name := range vaults {
		if done, loot, err := func() (bool, int, error) {
			v := enter(name)
			defer v.Close()
			n, err := v.take()
			if err != nil {
				return true, loot, err
			}
			if n > 3 {
				return true, loot + n, nil
			}
			loot += n
			return false, 0, nil
		}(); done {
			return loot, err
		}
	}
	return loot, nil
}

func main() {
	fmt.Println(heist("a", "bb"))
	fmt.Println(heist("a", "bbbb", "c"))
	fmt.Println(heist("a", "c", "bbbb"))
}
