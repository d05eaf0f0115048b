package archiverows

import (
	"encoding/json"
	"io"
	"os"
	"strings"
	"testing"
)

type meta struct{ Index, Term uint64 }

func readMeta(r io.Reader, m *meta) error {
	return json.NewDecoder(io.LimitReader(r, 1<<20)).Decode(m)
}

func TestBadArchives(t *testing.T) {
	for i, c := range []struct{ name, text string }{{"a.json", "EOF"}, {"b.json", "invalid"}} {
		f, err := os.Open("testdata/" + c.name)
		if err != nil {
			t.Fatal(err)
		}
		defer f.Close()
		var m meta
		if err := readMeta(f, &m); err == nil || !strings.Contains(err.Error(), c.text) {
			t.Fatalf("case %d (%s): %v", i, c.name, err)
		}
	}
}
