package registryperrow

import (
	"fmt"
	"testing"
)

type registry struct{ names map[string]bool }

type metrics struct {
	reg  *registry
	name string
}

func (m *metrics) Register()   { m.reg.names[m.name] = true }
func (m *metrics) Unregister() { delete(m.reg.names, m.name) }

func TestRows(t *testing.T) {
	for _, want := range [][]string{{"a"}, {"b", "c"}} {
		reg := &registry{names: map[string]bool{}}
		one := &metrics{reg, "one"}
		two := &metrics{reg, "two"}
		one.Register()
		two.Register()
		defer one.Unregister()
		defer two.Unregister()
		for i, w := range want {
			t.Run(fmt.Sprint(i), func(t *testing.T) {
				if w == "" || len(reg.names) != 2 {
					t.Error("bad row")
				}
			})
		}
	}
}
