package main

import (
	"go/ast"
	"go/types"
)

// What a method acts on is not always what it is called on: a method that a type has of an embedded pointer or interface acts on
// what that leads to, and one that is declared for values, called on a pointer, on what the value leads to.

// A way leads from what a method is called on to what it acts on.  There are no steps where that is the same, or a part of it.
type way struct {
	steps []types.Type // by pointer that is followed: the type of the pointer or interface found there, nil for others
	stays bool         // what it is called on may be the value itself, as an interface has it
	key   string       // the same for the same steps
}

// wayOf is the way from x, or the first operand, to what x.M or T.M acts on.
func (u *unit) wayOf(fun ast.Expr) way {
	sel, ok := ast.Unparen(fun).(*ast.SelectorExpr)
	if !ok {
		return way{}
	}
	s := u.info.Selections[sel]
	if s == nil || s.Kind() == types.FieldVal {
		return way{}
	}
	return wayTo(s.Recv(), s.Index(), s.Obj().(*types.Func))
}

// wayTo is the way from a value of type t to what a method of it acts on, which a path of fields leads to.
func wayTo(t types.Type, path []int, fn *types.Func) (w way) {
	follow := func() {
		if elem := pointee(t); elem != nil {
			w.steps = append(w.steps, nil)
			t = elem
		}
	}
	for _, i := range path[:len(path)-1] {
		follow()
		s, ok := coreType(t).(*types.Struct)
		if !ok || i >= s.NumFields() {
			break
		}
		if t = s.Field(i).Type(); !isPart(t) && len(w.steps) > 0 {
			w.steps[len(w.steps)-1] = t
		}
	}
	if recv := fn.Type().(*types.Signature).Recv(); recv == nil || types.IsInterface(recv.Type()) {
		// It acts on what the interface has.
	} else if pointee(recv.Type()) == nil {
		follow()
	} else if pointee(t) == nil && len(w.steps) > 0 {
		w.steps = w.steps[:len(w.steps)-1] // the part that it acts on lies in what the last pointer leads to
	}
	for _, to := range w.steps {
		w.key += ">"
		if elem := pointee(to); elem != nil {
			w.key += typeName(elem)
		} else if to != nil {
			w.key += typeName(to)
		}
	}
	return w
}

// dispatchedWay is wayTo from what an interface has: a pointer to the type, or a value of it.
func dispatchedWay(t types.Type, path []int, fn *types.Func) way {
	w := wayTo(t, path, fn)
	w.stays = !isInterfaceMethod(fn) && pointee(fn.Type().(*types.Signature).Recv().Type()) == nil
	return w
}

// leadsOnByValue reports whether a pointer is followed to a value that leads on by itself, as a slice does, for a method of that.
func (u *unit) leadsOnByValue(sel *ast.SelectorExpr) bool {
	s := u.info.Selections[sel]
	if s == nil || s.Kind() == types.FieldVal || len(u.wayOf(sel).steps) == 0 {
		return false
	}
	recv := s.Obj().(*types.Func).Type().(*types.Signature).Recv()
	return recv != nil && pointee(recv.Type()) == nil && !isPart(recv.Type())
}

// led is what a way leads to from n.
func (b *body) led(n node, w way) node {
	for range w.steps {
		n = b.g.load(n)
	}
	return n
}

// A followed way is one by what it is told apart by.
type followed struct {
	key   string
	stays bool
}

// follow is what a way leads to from some objects, once all flows are known: asked again and again of the same.
func (b *body) follow(set bitset, w way) bitset {
	if len(w.steps) == 0 {
		return set
	}
	by := followed{w.key, w.stays}
	known := b.ways[by]
	if known == nil {
		if b.ways == nil {
			b.ways = make(map[followed]*answers)
		}
		known = new(answers)
		b.ways[by] = known
	}
	return b.g.recall(known, set, func(set bitset) bitset { return b.lead(set, w) })
}

func (b *body) lead(set bitset, w way) bitset {
	for i, to := range w.steps {
		var next bitset
		set.each(func(o int) {
			b.g.pts[b.g.objs[o].out].each(func(k int) {
				if to != nil && !b.mayBe(k, to) {
					return
				}
				next.add(k)
				if made := &b.g.objs[k]; made.call == nil && pointee(made.typ) != nil {
					next.union(b.g.pts[made.out]) // a pointer to a type that was converted to this one
				}
			})
		})
		if w.stays && i == len(w.steps)-1 {
			next.union(set)
		}
		set = next
	}
	return set
}

// mayBe reports whether an object, or what it leads to, may be what a pointer or interface of type t leads to; of one that
// is made here, whether it or a part of it may.
func (b *body) mayBe(i int, t types.Type) bool {
	o := &b.g.objs[i]
	switch {
	case o.text && pointee(t) != nil:
		return false
	case o.typ == nil || o.text || o.plain && o.whole != 0 || o.v != nil && o.call == nil && !b.g.isParam.has(i):
		return true
	case o.call == nil && o.v == nil && o.within == nil && isNamedStruct(o.typ):
		return hasPart(o.typ, t)
	}
	return b.h.fits(o.typ, t)
}

// hasPart reports whether a value of type from, or a part of it, or a pointer to one of these, may be one of type to.
func hasPart(from, to types.Type) bool {
	if _, named := types.Unalias(from).(*types.Named); isTypeParam(from) || named && fitsItself(types.Unalias(from), to) {
		return true
	}
	switch u := from.Underlying().(type) {
	case *types.Array:
		return hasPart(u.Elem(), to)
	case *types.Struct:
		for i := range u.NumFields() {
			if hasPart(u.Field(i).Type(), to) {
				return true
			}
		}
	}
	return !isPart(to) && pointee(to) == nil && !types.IsInterface(to) || pointee(to) != nil && !isNamedStruct(pointee(to))
}

// followed is what a way leads to from what a node refers to, as a node, once all flows are known.
func (b *body) followed(n node, w way) node {
	if len(w.steps) == 0 {
		return n
	}
	return b.g.all(b.follow(b.g.pts[n], w))
}
