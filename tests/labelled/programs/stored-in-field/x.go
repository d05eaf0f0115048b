package storedinfield

import "os"

type bundle struct{ files map[string]*os.File }

func (b *bundle) keep(n string, f *os.File) { b.files[n] = f }

func (b *bundle) size() (n int64) {
	for _, f := range b.files {
		if st, err := f.Stat(); err == nil {
			n += st.Size()
		}
	}
	return n
}

func (b *bundle) Measure(names []string) (int64, error) {
	b.files = map[string]*os.File{}
	for _, n := range names {
		f, err := os.Open(n)
		if err != nil {
			return 0, err
		}
		defer f.Close()
		b.keep(n, f)
	}
	return b.size(), nil
}
