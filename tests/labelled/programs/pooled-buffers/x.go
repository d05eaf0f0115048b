package pooledbuffers

import (
	"bytes"
	"sync"
)

var pool = sync.Pool{New: func() any { b := make([]byte, 0, 64); return &b }}

func put(b *[]byte) { pool.Put(b) }

func Spread(data []byte, online []bool) []string {
	writers := make([]*bytes.Buffer, len(online))
	for i, on := range online {
		if !on {
			continue
		}
		b := pool.Get().(*[]byte)
		writers[i] = bytes.NewBuffer((*b)[:0])
		defer put(b)
	}
	for i, c := range data {
		if w := writers[i%len(writers)]; w != nil {
			w.WriteByte(c)
		}
	}
	var out []string
	for _, w := range writers {
		if w != nil {
			out = append(out, w.String())
		}
	}
	return out
}
