package temppattern

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestPattern(t *testing.T) {
	for _, tc := range []struct{ pattern, prefix string }{{"p", "p"}, {"q*z", "q"}} {
		f, err := os.CreateTemp("", tc.pattern)
		if err != nil {
			t.Errorf("CreateTemp(%q): %v", tc.pattern, err)
			continue
		}
		defer os.Remove(f.Name())
		base := filepath.Base(f.Name())
		f.Close()
		if !strings.HasPrefix(base, tc.prefix) {
			t.Errorf("bad name %q", base)
		}
	}
}
