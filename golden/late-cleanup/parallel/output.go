package main

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"testing"
)

func TestPaths(t *testing.T) {
	srv := httptest.NewServer(http.NotFoundHandler())
	t.Cleanup(srv.Close)
	for _, path := range []string{"/a"} {
		t.Run(path, func(t *testing.T) {
			t.Parallel()
			resp, err := http.Get(srv.URL + path)
			if err != nil {
				fmt.Println("! closed")
				return
			}
			defer resp.Body.Close()
			fmt.Println("get", path)
		})
	}
}

func main() {
	match := func(pattern, name string) (bool, error) { return true, nil }
	testing.Main(match, []testing.InternalTest{{Name: "TestPaths", F: TestPaths}}, nil, nil)
}
