package main

import (
	"go/ast"
	"go/types"
	"slices"
)

// By the convention of ownership whoever gets something that can be closed from the method
// of an interface, and passes it on as a result, passes on that it is to be closed.

// ownedResults notes the results that, whenever they are not nil, are what a call of the
// method of an interface has given, and that nobody else got.
func (b *body) ownedResults(e *effects) {
	for i := range b.results {
		if i >= b.sigResults.Len() {
			break
		}
		if t := b.sigResults.At(i).Type(); (hasMethod(t, "Close") || hasBody(t)) && b.passesOn(i) {
			e.owned[i] = true
		}
	}
}

// passesOn reports whether all returns of the function give such a thing as result i, or nil.
func (b *body) passesOn(i int) bool {
	var made bitset
	passes := true
	ast.Inspect(b.decl.(*ast.FuncDecl).Body, func(n ast.Node) bool {
		if _, ok := n.(*ast.FuncLit); ok {
			return false
		}
		ret, ok := n.(*ast.ReturnStmt)
		if !ok || !passes {
			return passes
		}
		switch {
		case len(ret.Results) == b.sigResults.Len():
			passes = b.ownedValue(ret.Results[i], 0, &made)
		case len(ret.Results) == 1:
			passes = b.ownedValue(ret.Results[0], i, &made)
		default:
			passes = b.ownedVar(b.sigResults.At(i), &made)
		}
		return passes
	})
	return passes && !made.empty() && !intersects(made, b.g.reach(b.outsideButMemory()))
}

// ownedValue reports whether a value is nil, or result i of a call that gives such things,
// and adds it.
func (b *body) ownedValue(x ast.Expr, i int, made *bitset) bool {
	switch x := ast.Unparen(x).(type) {
	case *ast.Ident:
		if isNil(b.u, x) {
			return true
		}
		v, ok := b.u.info.ObjectOf(x).(*types.Var)
		return ok && b.local(v) && b.ownedVar(v, made)
	case *ast.CallExpr:
		o, ok := b.ownedOf(x, i)
		if ok {
			made.add(int(o))
		}
		return ok
	}
	return false
}

// ownedVar reports whether all that is ever assigned to a variable are such values.
func (b *body) ownedVar(v *types.Var, made *bitset) bool {
	decl := b.decl.(*ast.FuncDecl)
	if v.Pos() < decl.Body.Pos() && (decl.Type.Results == nil || v.Pos() < decl.Type.Results.Pos()) || b.cells[v] != 0 || b.ranges(v) {
		return false // a parameter, one that others can assign to, or one of a range
	}
	list := b.definitionsOf(v)
	for _, d := range list {
		if _, named := ast.Unparen(d.value).(*ast.Ident); named && !isNil(b.u, d.value) {
			return false // one step is enough
		}
		if !b.ownedValue(d.value, d.result, made) {
			return false
		}
	}
	return len(list) > 0
}

// ranges reports whether a variable is that of a range.
func (b *body) ranges(v *types.Var) bool {
	found := false
	is := func(e ast.Expr) bool {
		id, ok := e.(*ast.Ident)
		return ok && b.u.info.ObjectOf(id) == v
	}
	ast.Inspect(b.decl, func(n ast.Node) bool {
		if r, ok := n.(*ast.RangeStmt); ok {
			found = found || is(r.Key) || is(r.Value)
		}
		return !found
	})
	return found
}

// ownedOf is result i of a call of the method of an interface whose body is not in sight, or is the library's, which
// gives a new one each time, or of a function that passes on such a result.
func (b *body) ownedOf(call *ast.CallExpr, i int) (obj, bool) {
	in := b.invokes[call]
	if in == nil || i >= len(in.made) {
		return 0, false
	}
	if isInterfaceMethod(in.fn) {
		list, _ := b.methods(in, true)
		atHand := b.declared()
		for _, m := range list {
			if atHand != nil && funcName(atHand) == m.name {
				continue // what that gives is what another has given
			}
			if !b.isNew(m, in.fn, i) || b.leadsToOwn(in) {
				return 0, false
			}
		}
		return in.made[i], true
	}
	e := b.sums.effectsOf(in.fn)
	return in.made[i], e != nil && e.owned[i]
}

// isNew reports whether a method of the library gives a new result each time, with which nothing of its receiver ends.
func (b *body) isNew(m method, fn *types.Func, result int) bool {
	sum := b.sums.lookup(m.name)
	return b.u.standardName(m.name) && returnsClosable(fn) && sum != nil && !sum.unknown && !slices.ContainsFunc(sum.edges, func(e edge) bool {
		return e.from.ofOperand() && e.from.index == 0 && (e.to == end{toResult, result} || e.to == end{inResult, result})
	})
}

// leadsToOwn reports whether what the library's method is called on has something of the program's own whose results it
// hands on, as a client has a transport.
func (b *body) leadsToOwn(in *invoke) bool {
	own := false
	b.g.pts[in.args[0]].each(func(i int) {
		types, _ := b.possibleTypes(obj(i))
		for _, t := range types {
			if full, _ := b.methodOf(t, in.fn.Name()); b.u.standardName(full) {
				own = own || slices.ContainsFunc(
					b.receiversIn(b.g.reach(single(obj(i))), everyMethod).methods,
					func(m *methodInSight) bool { return !m.std && handsOn[m.name] })
			}
		}
	})
	return own
}

// allInSight reports whether all methods are known that the call of an interface's may come to.
func (b *body) allInSight(in *invoke) bool {
	_, all := b.methods(in, true)
	return all
}
