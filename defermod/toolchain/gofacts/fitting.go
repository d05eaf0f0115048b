package main

import "go/types"

// A function value is called, by whoever has it, with operands of which the graph keeps one set.  Each of its parameters
// gets of that what a value of its type can be: a file is no counter, unless its type has the methods, or leads to
// one that has, or to what anything may be.

// fitting keeps of what a function value is called with that which a parameter of type t can be.
func (b *body) fitting(n node, t types.Type) node {
	if n == 0 || t == nil || isTypeParam(t) {
		return n
	}
	switch u := t.Underlying().(type) {
	case *types.Interface:
		if u.NumMethods() == 0 || !u.IsMethodSet() {
			return n
		}
	case *types.Pointer:
		if !isNamedStruct(u.Elem()) {
			return n
		}
	default:
		return n
	}
	m := b.g.newNode()
	b.g.add(filter{m, n, t, b.h.fits})
	return m
}

func isNamedStruct(t types.Type) bool {
	named, ok := types.Unalias(t).(*types.Named)
	if !ok {
		return false
	}
	_, ok = named.Underlying().(*types.Struct)
	return ok
}

// fits reports whether a value that was made with type from, or what it leads to, may be one of type to.  Types without a
// name become others without a conversion, so that only of named structs, and pointers to them, it can be said.
func (h *holder) fits(from, to types.Type) bool {
	base := from
	for elem := pointee(base); elem != nil; elem = pointee(base) {
		base = elem
	}
	if !isNamedStruct(base) {
		return true
	}
	key := [2]types.Type{base, to}
	known, ok := h.fitting[key]
	if !ok {
		known = fitsIn(base, to)
		h.fitting[key] = known
	}
	return known
}

// fitsIn: interfaces and functions may lead to anything, and so may what unsafe pointers point to.
func fitsIn(from, to types.Type) bool {
	return leadsTo(from, make(map[types.Type]bool), func(t types.Type) bool {
		if isTypeParam(t) || fitsItself(t, to) {
			return true
		}
		if named, ok := t.(*types.Named); ok && !isNamed(t, "sync/atomic", "Pointer") {
			for i := range named.TypeArgs().Len() {
				if isTypeParam(named.TypeArgs().At(i)) {
					return true // it may have the methods for one argument and not for another
				}
			}
		}
		switch u := t.Underlying().(type) {
		case *types.Basic:
			return u.Kind() == types.UnsafePointer || u.Kind() == types.Invalid
		case *types.Interface, *types.Signature:
			return true
		}
		return false
	})
}

// fitsItself reports whether a value of type t, or a pointer to it, is one of type to.
func fitsItself(t, to types.Type) bool {
	if iface, ok := to.Underlying().(*types.Interface); ok {
		return types.Implements(t, iface) || types.Implements(types.NewPointer(t), iface)
	}
	elem, ok := types.Unalias(pointee(to)).(*types.Named)
	named, isNamed := t.(*types.Named)
	return ok && isNamed && named.Origin() == elem.Origin()
}
