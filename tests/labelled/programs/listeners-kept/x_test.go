package listenerskept

import (
	"slices"
	"testing"
)

type hub struct{ subs []chan int }

func (h *hub) listen() chan int {
	c := make(chan int, 8)
	h.subs = append(h.subs, c)
	return c
}

func (h *hub) drop(c chan int) {
	h.subs = slices.DeleteFunc(h.subs, func(x chan int) bool { return x == c })
}

func TestBroadcast(t *testing.T) {
	h := &hub{}
	ls := make([]chan int, 4)
	for i := range ls {
		l := h.listen()
		defer h.drop(l)
		ls[i] = l
	}
	for _, s := range h.subs {
		s <- 1
	}
	for i, l := range ls {
		if v := <-l; v != 1 {
			t.Error(i, v)
		}
	}
}
