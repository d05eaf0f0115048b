package archivesubtests

import (
	"archive/zip"
	"io"
	"testing"
)

func TestEntries(t *testing.T) {
	for _, name := range []string{"testdata/a.zip", "testdata/b.zip"} {
		z, err := zip.OpenReader(name)
		if err != nil {
			t.Fatal(err)
		}
		defer z.Close()
		for _, f := range z.File {
			t.Run(f.Name, func(t *testing.T) {
				rd, err := f.Open()
				if err != nil {
					t.Fatal(err)
				}
				defer rd.Close()
				if _, err := io.Copy(io.Discard, rd); err != nil {
					t.Error(err)
				}
			})
		}
	}
}
