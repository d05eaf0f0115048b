package main

import "strings"

// What a function passes on to the methods that it calls of its operands: whoever knows these methods knows that they get
// no more than that, whatever else the function was given.

// passing says how much of a parameter a function passes on to methods that it asks its operands for.
type passing uint8

const (
	passesNothing passing = iota
	passesText            // strings and numbers in it
	passesAll
)

// pass notes that methods of what an operand leads to may get some of the operands of a call.
func (c *collector) pass(operand bitset, args []node, much func(i int) passing) {
	b := c.b
	if c.judging || !intersects(b.g.reach(operand), b.g.isParam) {
		return // whose they are is known here
	}
	for i, arg := range args {
		if p := much(i); p != passesNothing {
			c.passOperand(b.g.reach(b.g.pts[arg]), p)
		}
	}
}

func (c *collector) passOperand(given bitset, much passing) {
	for i := range c.b.params {
		if how := min(much, c.b.carries(i, given)); how > c.asked.passed[i] {
			c.asked.passed[i] = how
		}
	}
}

// carries says how much of a parameter some objects are.
func (b *body) carries(param int, set bitset) passing {
	p := b.params[param]
	if p < 0 {
		return passesNothing
	}
	o := &b.g.objs[p]
	if set.has(int(p)) || o.memory != 0 && set.has(int(o.memory)) {
		return passesAll
	}
	if elem, ok := b.elems[p]; ok && set.has(int(elem)) {
		return passesAll
	}
	for _, of := range o.gives {
		if of.itself != 0 && intersects(set, b.g.partsOf(of)) {
			return passesAll
		}
	}
	for _, part := range []obj{o.names, o.numbers, o.fd} {
		if part != 0 && set.has(int(part)) {
			return passesText
		}
	}
	return passesNothing
}

// passesEverything is for functions whose bodies do not say what they pass on.
func passesEverything(int) passing { return passesAll }

// passesOf says what a callee passes on of its operands: one of the library's all of them, unless effects.txt says which.
func (s *summaries) passesOf(e *effects, name string, sig *shape) func(i int) passing {
	if s.u.standardName(name) && !saysPassed(name) {
		return passesEverything
	}
	return func(i int) passing { return e.passed[sig.param(i)] }
}

// saysPassed reports whether effects.txt says of a function of the library what it passes on.
func saysPassed(name string) bool {
	says, known := passSayers[name]
	if !known {
		c := stated[name]
		if i := strings.LastIndexByte(name, '.'); c == nil && i > 0 {
			c = stated[name[:i]+".*"]
		}
		says = c != nil && c.passes
		passSayers[name] = says
	}
	return says
}

// passSayers has the answers of saysPassed, which is asked again and again.
var passSayers = make(map[string]bool)

// passedOn is all that methods may get that the callee calls of what its operands lead to.
func (c *invoke) passedOn(g *graph) (given bitset) {
	e := c.sums.effectsOf(c.fn)
	for k := range c.args {
		switch {
		case e == nil || c.std && !saysPassed(c.name) || e.passed[c.sig.param(k)] == passesAll:
			given.union(c.offered(g, k))
		case e.passed[c.sig.param(k)] == passesText:
			given.union(g.text(c.reach(g, k), true, true))
		}
	}
	return given
}
