package wayback

import "os"

func InEach(dirs []string, fn func() error) error {
	restore := true
	for _, d := range dirs {
		old, err := os.Open(".")
		if err != nil {
			return err
		}
		defer func() {
			if restore {
				if err := old.Chdir(); err != nil {
					restore = false
				}
			}
			old.Close()
		}()
		if err := os.Chdir(d); err != nil {
			return err
		}
	}
	return fn()
}
