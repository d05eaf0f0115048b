package nodesofswarm

import "testing"

type node struct {
	id int
	up bool
}

func (n *node) Cleanup() { n.id = 0 }
func (n *node) Stop()    { n.up = false }

func TestSwarm(t *testing.T) {
	var nodes [3]*node
	nodes[0] = &node{id: 1, up: true}
	for i := range nodes {
		if i != 0 {
			nodes[i] = &node{id: i + 1, up: nodes[0].up}
			defer nodes[i].Cleanup()
			defer nodes[i].Stop()
		}
		t.Log(nodes[i].id)
	}
	for _, n := range nodes {
		if !n.up {
			t.Error("down: ", n.id)
		}
	}
}
