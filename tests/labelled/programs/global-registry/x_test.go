package globalregistry

import (
	"fmt"
	"strings"
	"sync"
	"testing"
)

type registry struct {
	mu sync.Mutex
	m  map[string]string
}

func (r *registry) set(k, v string) { r.mu.Lock(); defer r.mu.Unlock(); r.m[k] = v }
func (r *registry) remove(k string) { r.mu.Lock(); defer r.mu.Unlock(); delete(r.m, k) }

var global = &registry{m: map[string]string{}}

func lookup(k string) string {
	global.mu.Lock()
	defer global.mu.Unlock()
	return global.m[k] + fmt.Sprint(len(global.m))
}

func TestRegistry(t *testing.T) {
	for _, tc := range []struct{ k, v string }{{"a", "1"}, {"b", "2"}} {
		global.set(tc.k, tc.v)
		defer global.remove(tc.k)
		if got := lookup(tc.k); !strings.HasPrefix(got, tc.v) {
			t.Error(got)
		}
	}
}
