package main

import (
	"go/ast"
	"go/types"
	"slices"
)

// Where a value of a concrete type becomes an interface's, wherever that is: assigned, passed, returned, sent, ranged over, put into
// a composite.  All come to boxedAs.

// boxed is what a value is when it is converted to an interface type: an object with the
// type of the value, by which its methods are found, and that holds it.
func (b *body) boxed(e ast.Expr, n node, target types.Type) node {
	if t := b.typeOf(e); isError(target) && !b.h.refs(t) && !hasMethod(t, "As", "Is", "Unwrap") {
		return n // it holds nothing, and package errors asks it nothing
	}
	return b.boxedAs(e, b.typeOf(e), n, target)
}

// eachBoxed are the values that an expression of several gives, each as it is where it goes to, whose type target tells.
func (b *body) eachBoxed(e ast.Expr, target func(i int) types.Type) []node {
	values := slices.Clone(b.values(e))
	for i, t := range resultTypes(b.typeOf(e)) {
		if i < len(values) {
			values[i] = b.boxedAs(e, t, values[i], target(i))
		}
	}
	return values
}

// boxedAs is what a value of type t is where the target is of another: itself, and for each type of the program's own by whose methods
// it may be called there, an object of that type that holds it.
func (b *body) boxedAs(at ast.Node, t types.Type, n node, target types.Type) node {
	if target == nil || t == nil || t == target {
		return n
	}
	if types.IsInterface(target) && !types.IsInterface(t) {
		if b.u.hasOwnMethods(t) {
			n = b.holding(at, t, n)
		} else if elem := pointee(t); elem != nil {
			n = b.partOf(at, elem, n)
		}
	}
	for _, own := range b.u.argumentsIn(t, target) {
		n = b.holding(at, own, n)
	}
	return n
}

// underType is the underlying type, of a type parameter that of the types that it may be.
func underType(t types.Type) types.Type {
	if t == nil || !isTypeParam(t) {
		return coreType(t)
	}
	return termOf(t)
}

func termOf(t types.Type) types.Type {
	switch u := t.Underlying().(type) {
	case *types.Interface:
		for i := range u.NumEmbeddeds() {
			if term := termOf(u.EmbeddedType(i)); term != nil {
				return term
			}
		}
		return nil
	case *types.Union:
		return termOf(u.Term(0).Type())
	default:
		return u
	}
}

// argumentsIn are the program's own types with methods that stand, in a value of type t, where the target says a type parameter: to a
// generic function values of these are an interface's.
func (u *unit) argumentsIn(t, target types.Type) []types.Type {
	m := matching{u: u}
	m.match(t, target, true, 0)
	return m.own
}

// A matching finds what stands for the type parameters in a type.
type matching struct {
	u   *unit
	own []types.Type
}

// maxMatched is how deep it looks: a type parameter's constraint may mention the parameter.
const maxMatched = 8

// match compares a type with a generic one, of a value that may be had: what a function takes goes the other way.
func (m *matching) match(t, target types.Type, had bool, depth int) {
	t, target = types.Unalias(t), types.Unalias(target)
	if t == target || depth > maxMatched {
		return
	}
	next := func(t, target types.Type) { m.match(t, target, had, depth+1) }
	switch target := target.(type) {
	case *types.TypeParam:
		if m.u.standard(target.Obj().Pkg()) || types.IsInterface(t) {
			return // of the library its documentation says what it asks of elements
		}
		if had && depth > 0 && m.u.hasOwnMethods(t) && !slices.Contains(m.own, t) {
			m.own = append(m.own, t)
		}
		if core := underType(target); core != nil {
			next(t.Underlying(), core)
		}
	case *types.Named:
		if of, ok := t.(*types.Named); ok && of.Origin() == target.Origin() {
			for i := range of.TypeArgs().Len() {
				if target.TypeArgs().Len() > 0 {
					next(of.TypeArgs().At(i), target.TypeArgs().At(i))
				} else { // the interface that declares the method
					next(of.TypeArgs().At(i), target.TypeParams().At(i))
				}
			}
		}
	case *types.Pointer:
		if of, ok := t.Underlying().(*types.Pointer); ok {
			next(of.Elem(), target.Elem())
		}
	case *types.Slice:
		if of, ok := t.Underlying().(*types.Slice); ok {
			next(of.Elem(), target.Elem())
		}
	case *types.Array:
		if of, ok := t.Underlying().(*types.Array); ok {
			next(of.Elem(), target.Elem())
		}
	case *types.Chan:
		if of, ok := t.Underlying().(*types.Chan); ok {
			next(of.Elem(), target.Elem())
		}
	case *types.Map:
		if of, ok := t.Underlying().(*types.Map); ok {
			next(of.Key(), target.Key())
			next(of.Elem(), target.Elem())
		}
	case *types.Struct:
		if of, ok := t.Underlying().(*types.Struct); ok && of.NumFields() == target.NumFields() {
			for i := range of.NumFields() {
				next(of.Field(i).Type(), target.Field(i).Type())
			}
		}
	case *types.Signature:
		if of, ok := t.Underlying().(*types.Signature); ok && of.Params().Len() == target.Params().Len() && of.Results().Len() == target.Results().Len() {
			for i := range of.Results().Len() {
				next(of.Results().At(i).Type(), target.Results().At(i).Type())
			}
			for i := range of.Params().Len() {
				m.match(of.Params().At(i).Type(), target.Params().At(i).Type(), !had, depth+1)
			}
		}
	}
}

// partOf is a pointer to a type of the program's own, as a value of an interface: what it points to may be known as something larger,
// which has other methods.
func (b *body) partOf(at ast.Node, elem types.Type, n node) node {
	named, ok := types.Unalias(elem).(*types.Named)
	if !ok || n == 0 || b.u.standard(named.Obj().Pkg()) || types.NewMethodSet(types.NewPointer(named)).Len() == 0 {
		return n
	}
	part := b.g.newNode()
	b.g.add(&pointedAs{body: b, at: at, dst: part, src: n, elem: elem})
	return part
}

// pointedAs is dst = src, of pointers to elem; one that may point to a part of what has another type is one to an object of type elem, too.
type pointedAs struct {
	body     *body
	at       ast.Node
	dst, src node
	elem     types.Type
	box      node
}

func (c *pointedAs) apply(g *graph) {
	g.include(c.dst, g.pts[c.src])
	g.pts[c.src].each(func(i int) {
		o := &g.objs[i]
		if i <= int(over) || o.text || o.plain && o.whole != 0 || o.lit != nil || o.fn != nil || !c.isOther(g, obj(i)) {
			return
		}
		if c.box == 0 {
			c.box = c.body.make(c.at, c.elem)
		}
		g.pts[c.box].each(func(box int) { g.put(obj(box), single(obj(i))) })
	})
	if c.box != 0 {
		g.include(c.dst, g.pts[c.box])
	}
}

// isOther reports whether an object is made with another type, which a pointer may lead into.
func (c *pointedAs) isOther(g *graph, o obj) bool {
	t := g.dynamicType(o)
	if t == nil {
		return false
	}
	if of := pointee(t); of != nil {
		t = of
	}
	return !types.Identical(t, c.elem) && c.body.h.fits(t, types.NewPointer(c.elem))
}

// receiverAs is the operand that a method call hands over, to a generic type's method as that sees it.
func (b *body) receiverAs(e *ast.SelectorExpr, fn *types.Func) node {
	n := b.receiver(e)
	if fn == fn.Origin() {
		return n
	}
	return b.boxedAs(e, fn.Type().(*types.Signature).Recv().Type(), n, fn.Origin().Type().(*types.Signature).Recv().Type())
}

// hasOwnMethods reports whether a value of type t, or a field or element in it, no pointer between, is of a type of the program's own
// that has methods: what prints or encodes it calls these.
func (u *unit) hasOwnMethods(t types.Type) bool {
	has, known := u.methodical[t]
	if known {
		return has
	}
	if named, ok := types.Unalias(t).(*types.Named); ok {
		if u.standard(named.Obj().Pkg()) {
			return false
		}
		has = types.NewMethodSet(named).Len() > 0
	}
	switch part := coreType(t).(type) {
	case *types.Array:
		has = has || u.hasOwnMethods(part.Elem())
	case *types.Struct:
		for i := 0; i < part.NumFields() && !has; i++ {
			has = u.hasOwnMethods(part.Field(i).Type())
		}
	}
	if u.methodical == nil {
		u.methodical = make(map[types.Type]bool)
	}
	u.methodical[t] = has
	return has
}

// holding is a value, or an object of another type that holds it.
func (b *body) holding(at ast.Node, t types.Type, n node) node {
	box := b.make(at, t)
	b.g.store(box, n)
	both := b.g.newNode()
	b.g.assign(both, box)
	b.g.assign(both, n)
	return both
}

// instanceOf is the type that a function has where a name mentions it.
func (u *unit) instanceOf(id *ast.Ident, fn *types.Func) *types.Signature {
	if sig, ok := u.info.Instances[id].Type.(*types.Signature); ok {
		return sig
	}
	return fn.Type().(*types.Signature)
}

// operands are what a call hands over, but for a receiver.
func (b *body) operands(call *ast.CallExpr) []node {
	var args []node
	fun := b.u.callee(call)
	sig, _ := underType(b.typeOf(call.Fun)).(*types.Signature)
	if fn := b.u.static(fun); fn != nil && (fn != fn.Origin() || fn.Type().(*types.Signature).TypeParams().Len() > 0) {
		sig = asDeclared(fn, b.u.isMethodCall(fun)) // to it a type parameter is an interface
	}
	if len(call.Args) == 1 { // f(g()) may have any number
		return b.eachBoxed(call.Args[0], func(i int) types.Type { return parameterType(sig, i, call.Ellipsis.IsValid()) })
	}
	for i, arg := range call.Args {
		args = append(args, b.boxedAs(arg, b.typeOf(arg), b.eval(arg), parameterType(sig, i, call.Ellipsis.IsValid())))
	}
	return args
}

// asDeclared is the type of a function, or of a method of a generic type, without type arguments: as the method expression T.M, unless it is
// called as x.M.
func asDeclared(fn *types.Func, method bool) *types.Signature {
	sig := fn.Origin().Type().(*types.Signature)
	if sig.Recv() == nil || method {
		return sig
	}
	params := []*types.Var{sig.Recv()}
	for i := range sig.Params().Len() {
		params = append(params, sig.Params().At(i))
	}
	return types.NewSignatureType(nil, nil, nil, types.NewTuple(params...), sig.Results(), sig.Variadic())
}

// parameterType is the type that argument i is converted to; nil if that is not known.
func parameterType(sig *types.Signature, i int, ellipsis bool) types.Type {
	switch {
	case sig == nil:
		return nil
	case sig.Variadic() && i >= sig.Params().Len()-1 && !ellipsis:
		if s, ok := underType(sig.Params().At(sig.Params().Len() - 1).Type()).(*types.Slice); ok {
			return s.Elem()
		}
		return nil
	case i < sig.Params().Len():
		return sig.Params().At(i).Type()
	}
	return nil
}

// elementType is the type of the field or element that value i of a composite literal is
// for; nil if that is not known.
func elementType(info *types.Info, t types.Type, lit *ast.CompositeLit, i int) types.Type {
	switch u := underType(t).(type) {
	case *types.Struct:
		if kv, ok := lit.Elts[i].(*ast.KeyValueExpr); ok {
			if id, ok := kv.Key.(*ast.Ident); ok {
				if f, ok := info.Uses[id].(*types.Var); ok {
					return f.Type()
				}
			}
			return nil
		}
		if i < u.NumFields() {
			return u.Field(i).Type()
		}
	case *types.Slice:
		return u.Elem()
	case *types.Array:
		return u.Elem()
	case *types.Map:
		return u.Elem()
	}
	return nil
}

// keyType is the type of a map's keys, nil for other types.
func keyType(t types.Type) types.Type {
	if m, ok := underType(t).(*types.Map); ok {
		return m.Key()
	}
	return nil
}
