package serversfornextloop

import (
	"fmt"
	"io"
	"net"
	"net/http"
	"testing"
)

func TestAddresses(t *testing.T) {
	addrs := []string{"127.0.0.1:18171", "127.0.0.1:18172"}
	for i, a := range addrs {
		ln, err := net.Listen("tcp", a)
		if err != nil {
			t.Skip(err)
		}
		defer ln.Close()
		go http.Serve(ln, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			fmt.Fprint(w, i)
		}))
	}
	for i, a := range addrs {
		resp, err := http.Get("http://" + a)
		if err != nil {
			t.Fatal(err)
		}
		b, _ := io.ReadAll(resp.Body)
		resp.Body.Close()
		if string(b) != fmt.Sprint(i) {
			t.Errorf("%s: %q", a, b)
		}
	}
}
