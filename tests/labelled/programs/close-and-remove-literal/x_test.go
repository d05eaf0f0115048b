package closeandremoveliteral

import (
	"net"
	"os"
	"path/filepath"
	"testing"
)

func TestNames(t *testing.T) {
	for _, name := range []string{"", filepath.Join(os.TempDir(), "sock-a")} {
		target := filepath.Join(t.TempDir(), "t")
		ln, err := net.Listen("unix", target)
		if err != nil {
			t.Fatal(err)
		}
		defer ln.Close()
		remove := name != ""
		c, err := net.Dial("unix", target)
		if err != nil {
			t.Fatal(err)
		}
		defer func() {
			c.Close()
			if remove {
				defer os.Remove(name)
			}
		}()
		if name == "" {
			name = "@"
		}
		if _, err := c.Write([]byte(name)); err != nil {
			t.Fatal(err)
		}
	}
}
