package oldloggers

type sink interface{ Close() error }

type worker struct{ out sink }

type boss struct {
	sinks   map[string]sink
	workers map[string]*worker
}

func (b *boss) Reload(fresh map[string]sink) {
	old := b.sinks
	for _, s := range old {
		if s != nil {
			defer s.Close()
		}
	}
	b.sinks = fresh
	for name, w := range b.workers {
		w.out = fresh[name]
	}
}
