package nestedbothdefer

import (
	"io"
	"os"
	"path/filepath"
)

func CopyTree(dirs map[string][]string) error {
	for dir, names := range dirs {
		list, err := os.Create(filepath.Join(dir, "list"))
		if err != nil {
			return err
		}
		defer list.Close()
		for _, n := range names {
			f, err := os.Open(filepath.Join(dir, n))
			if err != nil {
				return err
			}
			defer f.Close()
			if _, err := io.Copy(list, f); err != nil {
				return err
			}
		}
	}
	return nil
}
