package main

import "go/ast"

// A parameter is one object, however deep.  What the function makes of one part of what it leads to and stores
// into another, as a method of struct{ file; registry } does, goes from the one to the other.  What it stores into
// what the parameter itself points to leads nowhere new.

// note keeps what is stored in a parameter's depths.
func (g *graph) note(p obj, set bitset) {
	stored := g.beyond[p]
	stored.union(set)
	g.beyond[p] = stored
}

// storedBeyond is all that what the function stores in a parameter's depths leads to.
func (b *body) storedBeyond(p obj) bitset {
	if stored := b.g.beyond[p]; stored != nil {
		return b.g.reach(stored)
	}
	return nil
}

// movesWithin are the flows of a parameter into what it leads to itself.
func (b *body) movesWithin(i int, edges []edge) []edge {
	p := b.params[i]
	if b.g.objs[p].text {
		return edges // nothing is stored in a string
	}
	stored := b.storedBeyond(p)
	if b.g.self.has(int(p)) || b.hasParam(stored, p) {
		return append(edges, edge{end{toParam, i}, end{toParam, i}})
	}
	o := &b.g.objs[p]
	for part, kind := range map[obj]endKind{o.memory: ofMemory, o.names: ofText, o.numbers: ofNumber} {
		if part != 0 && stored.has(int(part)) {
			edges = append(edges, edge{end{kind, i}, end{toParam, i}})
		}
	}
	return edges
}

// isParameter reports whether an expression is a variable that the function was given.
func (b *body) isParameter(e ast.Expr) bool {
	id, ok := ast.Unparen(e).(*ast.Ident)
	if !ok {
		return false
	}
	for _, p := range b.params {
		if p >= 0 && b.g.objs[p].v == b.u.info.ObjectOf(id) {
			return true
		}
	}
	return false
}
