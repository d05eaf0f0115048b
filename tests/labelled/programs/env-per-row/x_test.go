package envperrow

import (
	"os"
	"testing"
)

func TestExpand(t *testing.T) {
	for _, tt := range []struct{ k, v string }{{"ROW_A", "1"}, {"ROW_B", "2"}} {
		os.Setenv(tt.k, tt.v)
		defer os.Unsetenv(tt.k)
		if a, b := os.ExpandEnv("$"+tt.k), os.ExpandEnv("${"+tt.k+"}"); a != b {
			t.Errorf("%q and %q", a, b)
		}
	}
}
