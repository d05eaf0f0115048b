package pipereaders

import (
	"bufio"
	"context"
	"io"
)

func Merge(sources []func(io.Writer) error) ([]byte, error) {
	readers := make([]io.Reader, len(sources))
	for i, src := range sources {
		r, w := io.Pipe()
		defer r.CloseWithError(context.Canceled)
		readers[i] = bufio.NewReader(r)
		go func() {
			w.CloseWithError(src(w))
		}()
	}
	return io.ReadAll(io.MultiReader(readers...))
}
