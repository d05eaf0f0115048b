package main

import (
	"go/ast"
	"go/types"
	"slices"
	"strings"
)

// What a function is given, and what a call gives, stands for all that it leads to: whoever takes a field out of it has that, too,
// and by the graph it may be either.  Which methods are called of it is known where it is the thing itself, or no part of it has
// methods by the same name.

// givesParts reports whether the receiver of an interface's method may be a part of what it is made of by the graph, whose
// method is another.
func (b *body) givesParts(in *invoke) bool {
	call, ok := in.at.(*ast.CallExpr)
	return ok && in.abstract() && b.u.isMethodCall(b.u.callee(call)) && b.mayBePart(b.u.callee(call).(*ast.SelectorExpr).X, b.g.pts[in.args[0]], in.fn.Name())
}

// mayBePart reports whether an expression may be a part of one of some objects that has another method by a name.
func (b *body) mayBePart(e ast.Expr, set bitset, name string) bool {
	return b.partWith(set, name, func(o obj) bool { return b.isItself(e, 0, o, make(map[*types.Var]bool)) })
}

// partWith reports whether of some objects parts may be meant that have another method by a name: of those that are not asked
// for themselves.
func (b *body) partWith(set bitset, name string, itself func(obj) bool) bool {
	found := false
	set.each(func(i int) {
		if found || b.g.objs[i].call == nil && !b.g.isParam.has(i) {
			return
		}
		list, _ := b.possibleTypes(obj(i))
		found = slices.ContainsFunc(list, func(t string) bool { return b.holdsOther(t, name) }) && !itself(obj(i))
	})
	return found
}

// isItself reports whether an expression is no part of an object: the object, or nothing that has to do with it.  Of a call
// that is asked of one of its results.
func (b *body) isItself(e ast.Expr, result int, o obj, seen map[*types.Var]bool) bool {
	e = ast.Unparen(e)
	if n, ok := b.exprs[e]; ok && result == 0 && !b.g.pts[n].has(int(o)) {
		return true
	}
	t := b.typeOf(e)
	if _, several := t.(*types.Tuple); t != nil && !several && !types.IsInterface(t) {
		known := b.g.dynamicType(o)
		return known != nil && types.Identical(valueOf(known), valueOf(t))
	}
	switch e := e.(type) {
	case *ast.TypeAssertExpr:
		return b.isItself(e.X, 0, o, seen)
	case *ast.CallExpr:
		if b.u.info.Types[e.Fun].IsType() {
			return b.isItself(e.Args[0], 0, o, seen)
		}
		call := b.g.objs[o].call
		return call != nil && b.invokes[e] == call && b.g.objs[o].result == result
	case *ast.Ident:
		x := b.namedVar(e)
		return x != nil && b.variableItself(x, o, seen)
	}
	return false
}

// variableItself is isItself for all that a variable of the function gets.
func (b *body) variableItself(x *types.Var, o obj, seen map[*types.Var]bool) bool {
	if seen[x] {
		return true
	}
	seen[x] = true
	got := b.gottenBy(x)
	if got == nil {
		return b.g.objs[o].v == x && b.g.isParam.has(int(o)) || b.hasResult(x)
	}
	return !got.otherwise && !slices.ContainsFunc(got.values, func(d definition) bool { return !b.isItself(d.value, d.result, o, seen) })
}

// What a variable gets: by assignments, and otherwise, by its address or of what is ranged over.
type gotten struct {
	values    []definition
	otherwise bool
}

// gottenBy is what a variable of the function gets, nil if that is nothing.
func (b *body) gottenBy(x *types.Var) *gotten {
	if b.gotten == nil {
		b.gotten = make(map[*types.Var]*gotten)
		by := func(e ast.Expr) *gotten {
			x := b.namedVar(e)
			if x == nil {
				return new(gotten)
			}
			if b.gotten[x] == nil {
				b.gotten[x] = new(gotten)
			}
			return b.gotten[x]
		}
		ast.Inspect(b.decl, func(n ast.Node) bool {
			if e := b.u.addressed(n); e != nil {
				by(e).otherwise = true
			}
			_, loop := n.(*ast.RangeStmt)
			for _, d := range gets(n) {
				got := by(d.left)
				got.otherwise = got.otherwise || loop
				got.values = append(got.values, d)
			}
			return true
		})
	}
	return b.gotten[x]
}

// hasResult reports whether a variable is a result of the function at hand.
func (b *body) hasResult(x *types.Var) bool {
	for i := range b.sigResults.Len() {
		if b.sigResults.At(i) == x {
			return true
		}
	}
	return false
}

// valueOf is the type that a pointer points to, any other type itself.
func valueOf(t types.Type) types.Type {
	if elem := pointee(t); elem != nil {
		return elem
	}
	return t
}

// A heldMethod is a method by its name, of what lies in a type, spelled as dynamicTypes spells it.
type heldMethod struct{ typ, name string }

// holdsOther reports whether something that lies in a type may have a method by a name which is another than the type's own.
func (b *body) holdsOther(t, name string) bool {
	key := heldMethod{strings.TrimPrefix(t, "*"), name}
	found, known := b.sums.holding[key]
	if !known {
		if tn := b.typeNamed(t); tn != nil {
			own, _, _ := types.LookupFieldOrMethod(types.NewPointer(tn.Type()), true, b.u.pkg, name)
			found = b.hasOther(tn.Type().Underlying(), name, own, b.u.standard(tn.Pkg()), map[types.Type]bool{tn.Type(): true})
		} else {
			found = !b.u.standardName("(" + t + ")." + name)
		}
		b.sums.holding[key] = found
	}
	return found
}

// hasOther looks for a method by a name that is not a type's own in another type and in what lies in that; in the library's
// types it looks at what others may name.
func (b *body) hasOther(t types.Type, name string, own types.Object, library bool, seen map[types.Type]bool) bool {
	t = types.Unalias(t)
	if seen[t] {
		return false
	}
	seen[t] = true
	if named, ok := t.(*types.Named); ok {
		library = b.u.standard(named.Obj().Pkg())
		if !types.IsInterface(t) {
			o, _, _ := types.LookupFieldOrMethod(types.NewPointer(t), true, b.u.pkg, name)
			if fn, ok := o.(*types.Func); ok && o != own && !isInterfaceMethod(fn) {
				return true
			}
		}
	}
	in := func(t types.Type) bool { return b.hasOther(t, name, own, library, seen) }
	switch u := t.Underlying().(type) {
	case *types.Interface:
		if isTypeParam(t) || u.NumMethods() == 0 {
			return true
		}
		o, _, _ := types.LookupFieldOrMethod(t, false, b.u.pkg, name)
		return o != nil
	case *types.Pointer:
		return in(u.Elem())
	case *types.Slice:
		return in(u.Elem())
	case *types.Array:
		return in(u.Elem())
	case *types.Chan:
		return in(u.Elem())
	case *types.Map:
		return in(u.Key()) || in(u.Elem())
	case *types.Signature:
		for i := range u.Results().Len() {
			if in(u.Results().At(i).Type()) {
				return true
			}
		}
	case *types.Struct:
		for i := range u.NumFields() {
			if f := u.Field(i); (f.Exported() || !library) && in(f.Type()) {
				return true
			}
		}
	}
	return false
}

// returnsParts reports whether what a function returns may be a part of one of some objects that has another method by the name
// of one of an interface's.
func (b *body) returnsParts(result int, set bitset, as *types.Interface) bool {
	var returned []ast.Expr
	ast.Inspect(b.decl.(*ast.FuncDecl).Body, func(n ast.Node) bool {
		if ret, ok := n.(*ast.ReturnStmt); ok && len(ret.Results) > 0 {
			returned = append(returned, ret.Results[min(result, len(ret.Results)-1)])
		}
		_, isLit := n.(*ast.FuncLit)
		return !isLit
	})
	itself := func(o obj) bool {
		seen := make(map[*types.Var]bool)
		if x := b.sigResults.At(result); x.Name() != "" && !b.variableItself(x, o, seen) {
			return false
		}
		return !slices.ContainsFunc(returned, func(e ast.Expr) bool {
			_, several := b.typeOf(e).(*types.Tuple)
			from := 0
			if several {
				from = result
			}
			return !b.isItself(e, from, o, seen)
		})
	}
	for i := range as.NumMethods() {
		if b.partWith(set, as.Method(i).Name(), itself) {
			return true
		}
	}
	return false
}
