package chunkedbodies

import (
	"io"
	"net/http/httputil"
)

func Bodies(w io.Writer, parts []string) error {
	for _, p := range parts {
		cw := httputil.NewChunkedWriter(w)
		defer cw.Close()
		if _, err := io.WriteString(cw, p); err != nil {
			return err
		}
	}
	return nil
}
