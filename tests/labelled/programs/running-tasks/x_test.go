package runningtasks

import (
	"os"
	"path/filepath"
	"testing"
)

type runner struct{ running map[string]string }

func (r *runner) dir(id string) func() {
	d, err := os.MkdirTemp("", id)
	if err != nil {
		panic(err)
	}
	r.running[id] = d
	return func() { os.RemoveAll(d) }
}

func (r *runner) start(id string) error {
	return os.WriteFile(filepath.Join(r.running[id], "pid"), []byte(id), 0o600)
}

func (r *runner) stop(id string) error {
	return os.Remove(filepath.Join(r.running[id], "pid"))
}

func TestStartAll(t *testing.T) {
	r := &runner{running: map[string]string{}}
	ids := []string{"one", "two"}
	for _, id := range ids {
		cleanup := r.dir(id)
		defer cleanup()
		if err := r.start(id); err != nil {
			t.Fatal(err)
		}
	}
	for _, id := range ids {
		if err := r.stop(id); err != nil {
			t.Error(err)
		}
	}
}
