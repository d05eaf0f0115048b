package main

import (
	"go/ast"
	"go/types"
)

// A parameter is one object, however deep, and so is what is stored in it: a summary says that what one operand leads to may be
// stored in all that another leads to.  For most that have a field set that is too much: what parser.input = r does reaches neither
// what the parser had before nor r.  So it is noted of a parameter whether anything is stored deeper than in what it points to itself.

// storeIn stores a value in what a pointer, a map or a slice leads to, an expression being where that is written.
func (b *body) storeIn(at ast.Expr, to, value node) {
	if to != 0 && value != 0 {
		b.g.add(store{to, value, at != nil && b.asGiven(at)})
	}
}

// directOwner is the pointer that a field lies in what it points to, with no other between; nil if there is none.
func (b *body) directOwner(l *ast.SelectorExpr) ast.Expr {
	for {
		sel := b.u.info.Selections[l]
		if sel == nil || len(sel.Index()) > 1 {
			return nil // by way of what is embedded
		}
		if pointee(b.typeOf(l.X)) != nil {
			return l.X
		}
		x, ok := ast.Unparen(l.X).(*ast.SelectorExpr)
		if !ok {
			return nil
		}
		l = x
	}
}

// asGiven reports whether an expression is a parameter that has never another value than the one that it was given, and is a
// pointer, a map or a slice.
func (b *body) asGiven(e ast.Expr) bool {
	v := b.namedVar(e)
	if v == nil || !b.isParameter(e) {
		return false
	}
	given, known := b.unchanged[v]
	if !known {
		use := b.u.scopeOf(b.decl).usage(v)
		given = !use.addressed && !use.captured && b.webs != nil && len(b.definitionsOf(v)) == 0 && !b.ranges(v)
		switch coreType(v.Type()).(type) {
		case *types.Pointer, *types.Map, *types.Slice:
		default:
			given = false
		}
		if b.unchanged == nil {
			b.unchanged = make(map[*types.Var]bool)
		}
		b.unchanged[v] = given
	}
	return given
}

// shallow reports whether all that the function stores in what a parameter leads to it stores in what that itself points to, and
// nothing that leads further to what it stores.
func (b *body) shallow(i int) bool {
	p := b.params[i]
	if p < 0 || b.elems[p] != 0 || len(b.g.objs[p].gives) > 0 || len(b.g.beyond[p]) > 0 {
		return false
	}
	switch coreType(b.g.objs[p].typ).(type) {
	case *types.Pointer, *types.Map, *types.Slice:
	default:
		return false
	}
	all := true
	b.g.pts[b.g.objs[p].in].each(func(k int) {
		o := &b.g.objs[k]
		plainly := k <= int(unknown) || o.text || b.g.isParam.has(k) || o.whole != 0 && b.g.isParam.has(int(o.whole)) || o.fn != nil && o.fn.recv == nil
		all = all && plainly
	})
	return all
}
