package fileoverchannel

import (
	"io"
	"os"
	"testing"
)

type request struct {
	content io.ReadSeeker
	reply   chan int64
}

func handler(in <-chan request) {
	for r := range in {
		n, _ := io.Copy(io.Discard, r.content)
		r.reply <- n
	}
}

func TestServe(t *testing.T) {
	in := make(chan request)
	defer close(in)
	go handler(in)
	for _, name := range []string{"testdata/a", "testdata/b"} {
		f, err := os.Open(name)
		if err != nil {
			t.Fatal(err)
		}
		defer f.Close()
		reply := make(chan int64)
		in <- request{f, reply}
		if n := <-reply; n == 0 {
			t.Error("empty")
		}
	}
}
