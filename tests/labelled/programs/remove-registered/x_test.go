package removeregistered

import (
	"os"
	"path/filepath"
	"testing"
)

func makeDirs(n int) ([]string, error) {
	var dirs []string
	for range n {
		d, err := os.MkdirTemp("", "disk")
		if err != nil {
			return nil, err
		}
		dirs = append(dirs, d)
	}
	return dirs, nil
}

func TestDisks(t *testing.T) {
	dirs, err := makeDirs(4)
	if err != nil {
		t.Fatal(err)
	}
	for _, d := range dirs {
		defer os.RemoveAll(d)
	}
	for _, d := range dirs {
		if err := os.WriteFile(filepath.Join(d, "x"), nil, 0o600); err != nil {
			t.Error(err)
		}
	}
}
