package main

// components finds the strongly connected components of a graph whose nodes are 0 to n-1, by
// Tarjan's algorithm: a component that an edge leads to comes before that which it comes from.
func components(n int, successors func(node int, visit func(int))) [][]int {
	t := &tarjan{successors: successors, number: make([]int, n), low: make([]int, n), known: make([]int, 0, n)}
	t.edge = t.follow
	for node := range n {
		if t.number[node] == 0 {
			t.visit(node)
		}
	}
	return t.found
}

type tarjan struct {
	successors  func(int, func(int))
	number, low []int // in order of visits, from 1; low is 0 once the component is known
	count       int
	stack       []int
	path        []int     // the nodes that are being visited
	edge        func(int) // follow, as a value: made once
	known       []int     // the nodes of the components that were found, one after the other
	found       [][]int
}

func (t *tarjan) visit(node int) {
	t.count++
	t.number[node], t.low[node] = t.count, t.count
	t.stack = append(t.stack, node)
	t.path = append(t.path, node)
	t.successors(node, t.edge)
	t.path = t.path[:len(t.path)-1]
	if t.low[node] < t.number[node] {
		return
	}
	bottom := len(t.stack) - 1
	for t.stack[bottom] != node {
		bottom--
	}
	t.known = append(t.known, t.stack[bottom:]...)
	members := t.known[len(t.known)-(len(t.stack)-bottom):]
	t.stack = t.stack[:bottom]
	for _, member := range members {
		t.low[member] = 0
	}
	t.found = append(t.found, members)
}

// follow goes along an edge from the node that is being visited.
func (t *tarjan) follow(next int) {
	if t.number[next] == 0 {
		t.visit(next)
	}
	if low := t.low[next]; low > 0 {
		node := t.path[len(t.path)-1]
		t.low[node] = min(t.low[node], low)
	}
}
