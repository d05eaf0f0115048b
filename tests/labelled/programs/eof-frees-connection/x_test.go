package eoffreesconnection

import "testing"

type body struct {
	left int
	p    *int
	shut bool
}

func (b *body) read() bool {
	if b.left--; b.left == 0 {
		return false
	}
	return true
}

func (b *body) Close() {
	if !b.shut {
		b.shut = true
		*b.p++
	}
}

func TestFreedByReading(t *testing.T) {
	closed := 0
	for i := range 3 {
		b := &body{left: i + 1, p: &closed}
		defer b.Close()
		for b.read() {
		}
	}
	if closed != 0 {
		t.Error("closed before the end")
	}
}
