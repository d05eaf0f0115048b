package readonlydirs

import (
	"os"
	"path/filepath"
)

func TryRemove(root string, dirs []string) error {
	for _, d := range dirs {
		p := filepath.Join(root, d)
		if err := os.Chmod(p, 0o555); err != nil {
			return err
		}
		defer os.Chmod(p, 0o777)
	}
	return os.RemoveAll(root)
}
