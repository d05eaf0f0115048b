package shareddrivertask

import "testing"

type driver interface {
	Start(id string) error
	Check(id string) error
	Destroy(id string, force bool) error
}

func TestTasks(t *testing.T) {
	var d driver
	if d == nil {
		t.Skip("no driver")
	}
	for _, id := range []string{"a", "b"} {
		if err := d.Start(id); err != nil {
			t.Fatal(err)
		}
		defer d.Destroy(id, true)
		if err := d.Check(id); err != nil {
			t.Error(err)
		}
	}
}
