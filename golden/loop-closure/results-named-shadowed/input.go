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
		v := enter(name)
		defer v.Close()
		n, err := v.take()
		if err != nil {
			return loot, err
		}
		if n > 3 {
			return loot + n, nil
		}
		loot += n
	}
	return loot, nil
}

func main() {
	fmt.Println(heist("a", "bb"))
	fmt.Println(heist("a", "bbbb", "c"))
	fmt.Println(heist("a", "c", "bbbb"))
}
