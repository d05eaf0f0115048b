package retrywithlongertimeout

import (
	"io"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"
)

func TestSlow(t *testing.T) {
	for limit := time.Millisecond; limit < time.Second; limit *= 2 {
		done := make(chan error, 1)
		ts := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			_, err := io.WriteString(w, "x")
			done <- err
		}))
		res, err := ts.Client().Get(ts.URL)
		if err != nil {
			ts.Close()
			continue
		}
		defer res.Body.Close()
		_, err = io.Copy(io.Discard, res.Body)
		if err != nil {
			t.Error(err)
		}
		select {
		case err := <-done:
			if err != nil {
				t.Error(err)
			}
			ts.Close()
			return
		default:
			ts.Close()
		}
	}
}
