package helperframe

import (
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"testing"
)

func where() string {
	_, file, line, _ := runtime.Caller(2)
	return fmt.Sprint(filepath.Base(file), ":", line)
}

func mustOpenAll(t *testing.T, names []string) {
	t.Helper()
	for _, n := range names {
		f, err := os.Open(n)
		if err != nil {
			t.Fatal(err)
		}
		defer f.Close()
		if _, err := f.Stat(); err != nil {
			t.Error(where(), err)
		}
	}
}

func TestOpenAll(t *testing.T) { mustOpenAll(t, []string{os.DevNull}) }
