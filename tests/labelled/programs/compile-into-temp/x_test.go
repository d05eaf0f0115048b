package compileintotemp

import (
	"os"
	"path/filepath"
	"testing"
)

func compileTo(dir, text string) error {
	return os.WriteFile(filepath.Join(dir, "out"), []byte(text), 0o644)
}

func importFrom(dir string) (int, error) {
	b, err := os.ReadFile(filepath.Join(dir, "out"))
	return len(b), err
}

func TestImport(t *testing.T) {
	for text, want := range map[string]int{"a": 1, "bcd": 3} {
		dir, err := os.MkdirTemp("", "imp")
		if err != nil {
			t.Fatal(err)
		}
		defer os.RemoveAll(dir)
		if err := compileTo(dir, text); err != nil {
			t.Fatal(err)
		}
		if n, err := importFrom(dir); err != nil || n != want {
			t.Errorf("%q: %d %v", text, n, err)
		}
	}
}
