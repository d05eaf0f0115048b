package main

import (
	"fmt"
	"go/ast"
	"go/types"
	"path/filepath"
	"slices"
	"strings"
)

// What was collected of a whole function becomes its summary.

// effects turns what was collected of a whole function into its summary.
func (c *collector) effects() *effects {
	c.settle()
	e := newEffects()
	for bit, w := range c.does {
		e.add(bit, c.place(w))
	}
	b := c.b
	reached := make([]bitset, len(b.params))
	for i, p := range b.params {
		if p >= 0 {
			reached[i] = b.g.reach(single(p)).without(b.outsideButMemory())
			for _, of := range b.g.objs[p].gives {
				if of.itself != 0 {
					reached[i].union(b.g.partsOf(of))
				}
			}
		}
	}
	for _, wr := range c.writes {
		where := c.place(wr.w)
		if wr.objs.has(int(heap)) || wr.objs.has(int(unknown)) {
			e.add(sharedMemory, where)
		}
		for i, p := range b.params {
			if p < 0 {
				continue
			}
			o := &b.g.objs[p]
			switch {
			case o.memory != 0 && wr.objs.has(int(o.memory)):
				if wr.objs.has(int(p)) && wr.itself == i {
					e.write(i, touchesMemory, where)
				} else {
					e.write(i, touchesDeep, where)
				}
			case !wr.objs.has(int(p)) && intersects(wr.objs, reached[i]):
				e.write(i, touchesDeep, where) // what was made here and stored in it
			case wr.objs.has(int(p)):
				if wr.itself != i {
					e.write(i, touchesDeep, where)
				} else {
					e.write(i, touchesItself, where)
				}
			}
		}
	}
	for _, l := range append(c.looked, write{objs: c.lookedInto, itself: noneItself}) {
		for i, p := range b.params {
			if p < 0 {
				continue
			}
			o := &b.g.objs[p]
			switch {
			case o.memory != 0 && l.objs.has(int(o.memory)), intersects(l.objs, reached[i]), l.objs.has(int(p)) && l.itself != i:
				e.reads[i] = touchesDeep
			case l.objs.has(int(p)):
				e.reads[i] = max(e.reads[i], touchesItself)
			}
		}
	}
	for p := range c.params {
		e.calls[p] = true
	}
	e.methods, e.passed, e.left = c.asked.methods, c.asked.passed, c.asked.left
	if !b.u.standard(b.u.pkg) {
		e.assumed = c.assumes
	}
	return e
}

// place is where an effect is to be seen: in the callee, or here.
func (c *collector) place(w *witness) string {
	if w.where != "" {
		return w.where
	}
	p := c.b.u.fset.PositionFor(w.node.Pos(), false)
	return strings.ReplaceAll(fmt.Sprintf("%s:%d:%d", filepath.Base(p.Filename), p.Line, p.Column), " ", "_")
}

// resultTypes notes the types that results of interface types are made with.
func (b *body) resultTypes(e *effects) {
	for i, r := range b.results {
		if i >= b.sigResults.Len() || !types.IsInterface(b.sigResults.At(i).Type()) || isError(b.sigResults.At(i).Type()) {
			continue
		}
		seen := make(map[string]bool)
		known := len(b.g.pts[r]) > 0
		b.g.pts[r].each(func(o int) {
			list := b.dynamicTypes(obj(o))
			known = known && list != nil
			for _, t := range list {
				seen[t] = true
			}
		})
		if known && len(seen) > 0 && len(seen) <= 8 && !b.returnsParts(i, b.g.pts[r], b.sigResults.At(i).Type().Underlying().(*types.Interface)) {
			e.types[i] = sortedKeys(seen)
		}
	}
}

// resultInsides notes the program's own types of what the function has made and results
// lead to.
func (b *body) resultInsides(e *effects) {
	if b.u.standard(b.u.pkg) {
		return
	}
	note := func(result int, sets ...bitset) {
		types := make(map[string]bool)
		for _, set := range sets {
			set.each(func(o int) {
				for _, t := range b.ownTypesOf(obj(o)) {
					types[t] = true
				}
			})
		}
		if len(types) > 0 {
			e.inside[result] = sortedKeys(types)
		}
	}
	for i, r := range b.results {
		set := b.g.reach(b.g.pts[r])
		if fd, ok := b.decl.(*ast.FuncDecl); ok && fd.Recv != nil && fd.Name.Name == "Unwrap" && b.params[0] >= 0 && isError(b.sigResults.At(i).Type()) {
			set = set.without(single(b.params[0])) // what the error itself has whoever unwraps it knows, see callback
		}
		note(i, set)
	}
	note(planted, b.plants()...)
}

// ownTypesOf are the program's own types that an object is, or holds.
func (b *body) ownTypesOf(o obj) []string { return slices.Concat(b.inSight(o), b.insideOf(o)) }

// plants are, by parameter, what the function has made and put there, once its graph is solved.
func (b *body) plants() []bitset {
	if b.u.standard(b.u.pkg) {
		return nil // of the library its documentation says what it does with its operands
	}
	if b.planting != nil {
		return b.planting
	}
	b.planting = make([]bitset, len(b.params))
	for i, p := range b.params {
		if p >= 0 {
			b.planting[i] = b.ownMaking(b.g.reach(single(p)))
		}
	}
	return b.planting
}

// mayBeCalled reports whether an object is a function, or something with methods of the program's own.
func (b *body) mayBeCalled(o obj) bool {
	ob := &b.g.objs[o]
	return ob.lit != nil || ob.fn != nil || ob.within != nil || ob.call != nil && isFunc(ob.typ) || len(b.inSight(o)) > 0 || len(b.insideOf(o)) > 0
}

// freshResults notes the results that are names which a call in the function chose, such as that of os.MkdirTemp, or that have
// one, such as that of net.Listen, and that nobody else was told.
func (b *body) freshResults(e *effects) {
	known := b.g.reach(b.outsideButMemory())
	for i, r := range b.results {
		fresh, some := true, false
		b.g.pts[r].each(func(o int) {
			ob := &b.g.objs[o]
			some = true
			if ob.call == nil || known.has(o) || !ob.text && !b.onlyMade(obj(o), known) || !b.makesName(b.sums, ob.call, ob.at, ob.result) {
				fresh = false
			}
		})
		if fresh && some {
			e.fresh[i] = true
		}
	}
}

// onlyMade reports whether the function gives a result of a call to nobody, nor its name or number; known is what others can reach.
func (b *body) onlyMade(o obj, known bitset) bool {
	made := &b.g.objs[o]
	own := single(o)
	for _, part := range []obj{made.names, made.numbers, made.fd} {
		if part == 0 || known.has(int(part)) {
			return false
		}
		own.add(int(part))
	}
	given := func(args []node) bool {
		return slices.ContainsFunc(args, func(n node) bool { return intersects(b.g.reach(b.g.pts[n]), own) })
	}
	for _, in := range b.invokes {
		args := in.args
		if in.fn.Type().(*types.Signature).Recv() != nil && b.u.standard(in.fn.Pkg()) && len(args) > 0 && !b.g.pts[args[0]].has(int(made.names)) {
			args = args[1:] // a method of the library is called on it
		}
		if in != made.call && given(args) {
			return false
		}
	}
	for _, d := range b.dynamics {
		if given(d.args) {
			return false
		}
	}
	return true
}

// resultEffects is what calling the results of the function does, and what it puts into its
// operands, nil if these lead to no function that the function made.
func (b *body) resultEffects(sums *summaries) *effects {
	var later *collector
	collect := func(o int) {
		lit, fn, call, within := b.g.objs[o].lit, b.g.objs[o].fn, b.g.objs[o].call, b.g.objs[o].within
		if lit == nil && fn == nil && within == nil && (call == nil || sums.laterOf(call.fn) == nil) {
			return
		}
		if later == nil {
			later = newCollector(b, sums)
		}
		catching := false
		switch {
		case lit != nil:
			later.literal(lit.decl)
			catching = ownRecover(b.u, lit.decl.Body) != nil
		case fn != nil:
			later.value(b.decl, &b.g.objs[o])
			r := sums.recovers(funcName(fn.fn))
			catching = r != nil && *r
		case within != nil:
			later.planted(b.decl, within)
			e := sums.laterOf(within.fn)
			catching = e != nil && e.does&catches != 0
		default:
			later.later(b.decl, &b.g.objs[o])
			catching = sums.laterOf(call.fn).does&catches != 0
		}
		if catching {
			later.add(catches, &witness{node: b.decl})
		}
	}
	results := make([]bitset, len(b.results))
	for i, r := range b.results {
		results[i] = b.g.reach(b.g.pts[r])
		results[i].each(collect)
	}
	for _, set := range b.plants() {
		set.each(collect)
	}
	if later == nil {
		return nil
	}
	e := later.effects()
	b.publishedLater(e, later, results)
	for i, set := range results {
		own := set.without(b.fromOutside())
		for _, wr := range later.writes {
			switch {
			case !intersects(own, wr.objs):
			case b.onlyContexts(own, wr.objs):
				e.write(-1-i, touchesItself, later.place(wr.w))
			default:
				e.write(-1-i, touchesDeep, later.place(wr.w))
			}
		}
		for _, v := range sortedVars(later.vars) {
			if o, ok := b.cells[v]; ok && own.has(int(o)) {
				e.write(-1-i, touchesDeep, later.place(&witness{node: later.vars[v]}))
			}
		}
	}
	b.filledLater(e, results)
	b.operandEffects(e, later)
	return e
}

// publishedLater notes that functions in the results change what others have of what the function has made, and the results
// have not: a context of which they have no more than what cancels it.  Whoever has what the results have as well, callers know.
func (b *body) publishedLater(e *effects, later *collector, results []bitset) {
	known := single(heap)
	known.add(int(unknown))
	known.add(int(over))
	known = b.g.reach(known).without(b.fromOutside())
	for _, set := range results {
		known = known.without(set)
	}
	for _, wr := range later.writes {
		if intersects(wr.objs, known) {
			e.add(sharedMemory, later.place(wr.w))
		}
	}
}

// onlyContexts reports whether all that two sets have in common are contexts and what cancels them.
func (b *body) onlyContexts(own, set bitset) bool {
	only := true
	own.each(func(o int) {
		only = only && (!set.has(o) || b.ofContext(o))
	})
	return only
}

// ofContext reports whether an object is a context that the library has made, or what cancels one: nobody can put anything
// into it, and what it is made of is no part of it.
func (b *body) ofContext(o int) bool {
	ob := &b.g.objs[o]
	return ob.call != nil && ob.call.std && (isContext(ob.typ) || isNamed(ob.typ, "context", "CancelFunc"))
}

// filledLater notes that functions in the results may change whatever callers put, once they have it, into what the
// function has made and gives them as well: where these look, nothing was there when they were made.
func (b *body) filledLater(e *effects, results []bitset) {
	var functions bitset
	for _, set := range results {
		set.each(func(o int) {
			if ob := &b.g.objs[o]; ob.lit != nil || ob.fn != nil {
				functions.union(b.g.reach(single(obj(o))))
			}
		})
	}
	for i, set := range results {
		if isFunc(b.sigResults.At(i).Type()) {
			continue // all that leads there is in it
		}
		set.without(b.fromOutside()).each(func(o int) {
			if functions.has(o) && !b.g.objs[o].text && !b.ofContext(o) {
				e.write(-1-i, touchesDeep, "")
			}
		})
	}
}

// ofItsCall stands, among the operands that a function result writes to, reads or calls, for those that it is
// called with itself.
const ofItsCall = -1000

// operandEffects notes what results do to what they are called with.
func (b *body) operandEffects(e *effects, later *collector) {
	var operands bitset
	for _, o := range b.calledWith {
		if o != 0 {
			operands.add(int(o))
		}
	}
	operands = b.g.withMemory(operands)
	for _, wr := range later.writes {
		if intersects(wr.objs, operands) {
			e.write(ofItsCall, touchesDeep, later.place(wr.w))
		}
	}
	for _, l := range append(later.looked, write{objs: later.lookedInto, itself: noneItself}) {
		if intersects(l.objs, operands) {
			e.reads[ofItsCall] = touchesDeep
		}
	}
	if later.callsOperand {
		e.calls[ofItsCall] = true
	}
}

// outsideButMemory are the heap and code that nothing is known about.
func (b *body) outsideButMemory() bitset {
	set := single(heap)
	set.add(int(unknown))
	set.add(int(pooled))
	for _, elem := range b.elems {
		set.add(int(elem))
	}
	set.union(b.given.themselves)
	set.union(b.given.inner)
	for _, p := range b.params {
		if p >= 0 {
			set.add(int(p))
		}
	}
	return set
}

// fromOutside are the objects that the function did not make.
func (b *body) fromOutside() bitset {
	var set bitset
	set.add(int(heap))
	set.add(int(unknown))
	set.add(int(pooled))
	set.add(int(told))
	for _, elem := range b.elems {
		set.add(int(elem))
	}
	for _, p := range b.params {
		if p >= 0 {
			set.add(int(p))
			set.add(int(b.g.objs[p].memory))
			set.add(int(b.g.objs[p].names))
			set.add(int(b.g.objs[p].numbers))
		}
	}
	set.union(b.given.all)
	return set
}
