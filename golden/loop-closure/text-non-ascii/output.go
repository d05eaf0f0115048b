package main

import (
	"errors"
	"fmt"
)

type größe struct {
	naïve  string
	closed bool
}

func öffne(naïve string) (*größe, error) {
	if naïve == "Ω" {
		return nil, errors.New("Ω: zu groß")
	}
	fmt.Println("öffne", naïve)
	return &größe{naïve: naïve}, nil
}

func (größe *größe) Close() {
	größe.closed = true
	fmt.Println("~ schließe", größe.naïve)
}

func messeAlle(世界 ...string) (μ int, err error) {
	for ñ, naïve := range 世界 { // „für jede“
		if err := func() error {
			größe, err := öffne(naïve)
			if err != nil {
				return err
			}
			defer größe.Close() // schließt – am Ende
			if naïve == "語" {
				return fmt.Errorf("日本%s 🙂", naïve)
			}
			fmt.Println("größe:", ñ, größe.closed)
			μ += len(naïve)
			return nil
		}(); err != nil {
			return ñ, err
		}
	}
	return μ, nil
}

func main() {
	fmt.Println(messeAlle("é", "ü"))
	fmt.Println(messeAlle("é", "語", "ü"))
	fmt.Println(messeAlle("é", "Ω"))
}
