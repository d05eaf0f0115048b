package zipentriesdecoded

import (
	"archive/zip"
	"encoding/json"
	"io"
	"testing"
)

type version struct{ ID string }

func decodeVersions(b []byte) ([]version, error) {
	var vs []version
	err := json.Unmarshal(b, &vs)
	return vs, err
}

func TestMerge(t *testing.T) {
	zr, err := zip.OpenReader("testdata/all.zip")
	if err != nil {
		t.Skip(err)
	}
	var all [][]version
	for _, file := range zr.File {
		if file.UncompressedSize64 == 0 {
			continue
		}
		in, err := file.Open()
		if err != nil {
			t.Fatal(err)
		}
		defer in.Close()
		buf, err := io.ReadAll(in)
		if err != nil {
			t.Fatal(err)
		}
		vs, err := decodeVersions(buf)
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, vs)
	}
	for _, vs := range all {
		t.Log(len(vs))
	}
}
