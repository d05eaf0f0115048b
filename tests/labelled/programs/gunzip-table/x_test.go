package gunziptable

import (
	"bytes"
	"compress/gzip"
	"io"
	"testing"
)

func TestGunzip(t *testing.T) {
	var sink bytes.Buffer
	for _, tt := range []struct {
		desc string
		data []byte
		want string
	}{{"empty", nil, ""}} {
		zr, err := gzip.NewReader(bytes.NewReader(tt.data))
		if err != nil {
			t.Logf("%s: %v", tt.desc, err)
			continue
		}
		defer zr.Close()
		sink.Reset()
		if _, err := io.Copy(&sink, zr); err != nil {
			t.Errorf("%s: %v", tt.desc, err)
			continue
		}
		if s := sink.String(); s != tt.want {
			t.Errorf("%s: %q", tt.desc, s)
		}
		if err := zr.Close(); err != nil {
			t.Error(err)
		}
	}
}
