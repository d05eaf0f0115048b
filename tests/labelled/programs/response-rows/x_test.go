package responserows

import (
	"io"
	"net/http"
	"net/http/httptest"
	"testing"
)

func TestQueries(t *testing.T) {
	ts := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		io.WriteString(w, r.URL.RawQuery)
	}))
	defer ts.Close()
	for _, tc := range []struct{ raw, want string }{{"a=1", "a=1"}, {"b=2&c", "b=2&c"}} {
		res, err := ts.Client().Get(ts.URL + "?" + tc.raw)
		if err != nil {
			t.Fatalf("get: %v", err)
		}
		defer res.Body.Close()
		body, _ := io.ReadAll(res.Body)
		if got := string(body); got != tc.want {
			t.Errorf("%q, want %q", got, tc.want)
		}
	}
}
