package urlcollected

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"testing"
)

func TestRing(t *testing.T) {
	var urls []string
	for i := range 3 {
		ts := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			fmt.Fprint(w, i)
		}))
		defer ts.Close()
		urls = append(urls, ts.URL)
	}
	for _, u := range urls {
		resp, err := http.Get(u)
		if err != nil {
			t.Fatal(err)
		}
		resp.Body.Close()
	}
}
