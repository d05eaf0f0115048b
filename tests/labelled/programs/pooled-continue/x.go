package pooledcontinue

import (
	"bytes"
	"io"
)

type buffers struct{ free [][]byte }

func (p *buffers) get() []byte {
	if n := len(p.free); n > 0 {
		b := p.free[n-1]
		p.free = p.free[:n-1]
		return b
	}
	return make([]byte, 0, 32)
}

func (p *buffers) put(b []byte) { p.free = append(p.free, b[:0]) }

func (p *buffers) Encode(src io.Reader, outs []io.Writer, inline bool) error {
	ws := make([]io.Writer, len(outs))
	for i, o := range outs {
		if inline {
			b := p.get()
			w := bytes.NewBuffer(b)
			ws[i] = w
			defer p.put(b)
			continue
		}
		ws[i] = o
	}
	_, err := io.Copy(io.MultiWriter(ws...), src)
	return err
}
