package decodedtempname

import (
	"bytes"
	"os"
	"testing"
)

func decodeToTemp(name string) (string, error) {
	b, err := os.ReadFile(name)
	if err != nil {
		return "", err
	}
	f, err := os.CreateTemp("", "decoded")
	if err != nil {
		return "", err
	}
	defer f.Close()
	_, err = f.Write(bytes.ToUpper(b))
	return f.Name(), err
}

func TestDecoded(t *testing.T) {
	for _, name := range []string{"a.txt", "b.txt"} {
		tmp, err := decodeToTemp("testdata/" + name)
		if err != nil {
			t.Error(err)
			continue
		}
		defer os.Remove(tmp)
		b, err := os.ReadFile(tmp)
		if err != nil {
			t.Error(err)
			continue
		}
		if len(b) == 0 {
			t.Errorf("%s is empty", name)
		}
	}
}
