package reopenedcounters

import (
	"fmt"
	"io"
	"os"
	"path/filepath"
	"testing"
)

func TestReopen(t *testing.T) {
	dir := t.TempDir()
	for k, text := range []string{"one", "two"} {
		p := filepath.Join(dir, fmt.Sprint("c", k))
		out, err := os.Create(p)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := out.WriteString(text); err != nil {
			t.Fatal(err)
		}
		if err := out.Close(); err != nil {
			t.Fatal(err)
		}
		in, err := os.Open(p)
		defer func() {
			if err := in.Close(); err != nil {
				t.Fatalf("close: %v", err)
			}
		}()
		if err != nil {
			t.Fatal(err)
		}
		b, err := io.ReadAll(in)
		if err != nil || string(b) != text {
			t.Errorf("%q %v", b, err)
		}
	}
}
