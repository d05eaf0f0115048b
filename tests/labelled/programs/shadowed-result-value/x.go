package shadowedresultvalue

import "fmt"

func Publish(names []string, send func(string) error, undo func(string)) (err error) {
	for _, n := range names {
		defer func() {
			if err != nil {
				undo(n)
			}
		}()
		if err := send(n); err != nil {
			return fmt.Errorf("publish %s: %w", n, err)
		}
	}
	return nil
}
