package main

import (
	"errors"
	"fmt"
)

// tape is one reel of the backup.
type tape struct {
	label  string
	ejects int
}

func mount(label string) (*tape, error) {
	if label == "lost" {
		return nil, errors.New("lost tape")
	}
	fmt.Println("mount", label)
	return &tape{label: label}, nil
}

func (t *tape) verify() { fmt.Println("verify", t.label, t.ejects) }

func (t *tape) Close() {
	t.ejects++
	fmt.Println("~ eject", t.label)
}

func verifyAll(labels []string) error {
	// Tapes are verified in the order of the catalogue.
	for _, label := range labels { // one reel at a time
		// Mounting can take minutes.
		t, err := mount(label)
		if err != nil {
			// There is no second copy.
			return err // so give up
		}
		func() {
			// Eject it whatever happens.
			defer t.Close() // ejects

			// A verified tape
			// goes back to the shelf.
			t.verify()

			// TODO: print a label.
		}()
	}
	// All tapes are fine.
	return nil
}

func main() {
	fmt.Println(verifyAll([]string{"mon", "tue"}))
	fmt.Println(verifyAll([]string{"mon", "lost"}))
}
