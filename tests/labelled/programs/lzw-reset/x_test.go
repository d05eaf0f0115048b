package lzwreset

import (
	"bytes"
	"compress/lzw"
	"io"
	"strings"
	"testing"
)

func TestTwicePerRow(t *testing.T) {
	var b bytes.Buffer
	for _, data := range []string{"x", "y"} {
		rc := lzw.NewReader(strings.NewReader(data), lzw.LSB, 8)
		defer rc.Close()
		b.Reset()
		_, err := io.Copy(&b, rc)
		first := bytes.Clone(b.Bytes())
		if err != nil {
			continue
		}
		b.Reset()
		rc.(*lzw.Reader).Reset(strings.NewReader(data), lzw.LSB, 8)
		if _, err := io.Copy(&b, rc); err != nil {
			t.Error(err)
			continue
		}
		if !bytes.Equal(first, b.Bytes()) {
			t.Error("differs")
		}
	}
}
