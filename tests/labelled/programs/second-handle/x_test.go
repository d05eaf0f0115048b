package secondhandle

import (
	"bytes"
	"io"
	"os"
	"testing"
)

func TestAppend(t *testing.T) {
	mk := func(t *testing.T, n int) (*os.File, []byte) {
		f, err := os.CreateTemp(t.TempDir(), "f")
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { f.Close() })
		return f, bytes.Repeat([]byte("x"), n)
	}
	for _, n := range []int{0, 42} {
		dst, data := mk(t, n)
		f, err := os.OpenFile(dst.Name(), os.O_RDWR|os.O_APPEND, 0o755)
		if err != nil {
			t.Fatal(err)
		}
		defer f.Close()
		if _, err := f.Write(data); err != nil {
			t.Fatal(err)
		}
		if _, err := f.Seek(0, io.SeekStart); err != nil {
			t.Fatal(err)
		}
		if b, err := io.ReadAll(f); err != nil || !bytes.Equal(b, data) {
			t.Fatal(len(b), err)
		}
	}
}
