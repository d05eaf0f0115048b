package temptree

import (
	"os"
	"path/filepath"
	"testing"
)

type sample struct{ path, text string }

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func makeTree(t *testing.T, files []sample) string {
	root, err := os.MkdirTemp("", "tree")
	must(t, err)
	for _, s := range files {
		p := filepath.Join(root, s.path)
		must(t, os.MkdirAll(filepath.Dir(p), 0o755))
		f, err := os.Create(p)
		must(t, err)
		defer func() {
			must(t, f.Close())
		}()
		_, err = f.WriteString(s.text)
		must(t, err)
	}
	return root
}
