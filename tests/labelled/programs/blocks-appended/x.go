package blocksappended

import (
	"os"
	"path/filepath"
)

type block struct {
	f  *os.File
	id string
}

func openBlock(dir string) (*block, error) {
	f, err := os.Open(dir)
	if err != nil {
		return nil, err
	}
	return &block{f, filepath.Base(dir)}, nil
}

func (b *block) Close() error { return b.f.Close() }

func Compact(dirs []string, open []*block) (int64, error) {
	var list []*block
	for _, d := range dirs {
		var b *block
		for _, o := range open {
			if o.id == filepath.Base(d) {
				b = o
				break
			}
		}
		if b == nil {
			var err error
			b, err = openBlock(d)
			if err != nil {
				return 0, err
			}
			defer b.Close()
		}
		list = append(list, b)
	}
	var total int64
	for _, b := range list {
		st, err := b.f.Stat()
		if err != nil {
			return 0, err
		}
		total += st.Size()
	}
	return total, nil
}
