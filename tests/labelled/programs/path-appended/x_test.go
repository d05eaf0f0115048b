package pathappended

import (
	"fmt"
	"os"
	"path/filepath"
	"testing"
)

func TestPaths(t *testing.T) {
	var disks []string
	for i := range 8 {
		d := filepath.Join(os.TempDir(), fmt.Sprint("disk-", i))
		disks = append(disks, d)
		defer os.RemoveAll(d)
	}
	for _, d := range disks {
		if err := os.MkdirAll(d, 0o755); err != nil {
			t.Fatal(err)
		}
	}
}
