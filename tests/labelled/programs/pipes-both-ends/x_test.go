package pipesbothends

import (
	"bytes"
	"io"
	"os"
	"testing"
)

func TestPipes(t *testing.T) {
	for _, data := range [][]byte{[]byte("a"), []byte("bc")} {
		r1, w1, err := os.Pipe()
		if err != nil {
			t.Fatal(err)
		}
		defer r1.Close()
		defer w1.Close()
		r2, w2, err := os.Pipe()
		if err != nil {
			t.Fatal(err)
		}
		defer r2.Close()
		defer w2.Close()
		if _, err := w1.Write(data); err != nil {
			t.Fatal(err)
		}
		w1.Close()
		if _, err := io.Copy(w2, r1); err != nil {
			t.Fatal(err)
		}
		w2.Close()
		if b, err := io.ReadAll(r2); err != nil || !bytes.Equal(b, data) {
			t.Fatal(b, err)
		}
	}
}
