package main

import (
	"go/ast"
	"go/token"
	"go/types"
)

func (b *body) typeOf(e ast.Expr) types.Type {
	if tv, ok := b.u.info.Types[e]; ok {
		return tv.Type
	}
	if id, ok := e.(*ast.Ident); ok {
		if o := b.u.info.ObjectOf(id); o != nil {
			return o.Type()
		}
	}
	return nil
}

// tracked reports whether e is a value that can hold something or name it, or a place for one.
func (b *body) tracked(e ast.Expr) bool {
	if id, ok := e.(*ast.Ident); ok && id.Name == "_" {
		return false
	}
	return b.h.tracked(b.typeOf(e))
}

// values evaluates an expression that may have several values.
func (b *body) values(e ast.Expr) []node {
	switch e := ast.Unparen(e).(type) {
	case *ast.CallExpr:
		b.eval(e)
		return b.calls[e]
	case *ast.TypeAssertExpr, *ast.IndexExpr, *ast.UnaryExpr:
		return []node{b.eval(e), 0} // v, ok
	}
	return []node{b.eval(e)}
}

// eval returns the node of an expression: 0 if its value can hold nothing.
func (b *body) eval(e ast.Expr) node {
	if n, ok := b.exprs[e]; ok {
		return n
	}
	n := b.compute(e)
	switch e.(type) {
	case *ast.Ident: // as narrow as what it was assigned
	case *ast.CallExpr: // done for calls; a conversion from unsafe.Pointer leads to anything
	default:
		n = b.narrow(n, b.typeOf(e))
	}
	b.exprs[e] = n
	return n
}

func (b *body) compute(e ast.Expr) node {
	tv := b.u.info.Types[e]
	switch e := e.(type) {
	case *ast.CallExpr:
		b.calls[e] = b.call(e)
		if len(b.calls[e]) == 1 {
			return b.calls[e][0]
		}
		return 0
	case *ast.FuncLit:
		return b.funcLit(e)
	case *ast.Ident:
		return b.ident(e)
	}
	if !tv.IsValue() || tv.Value != nil || !b.tracked(e) {
		return 0
	}
	switch e := e.(type) {
	case *ast.ParenExpr:
		return b.eval(e.X)
	case *ast.CompositeLit:
		return b.composite(e)
	case *ast.SelectorExpr:
		return b.dropError(e, b.selector(e))
	case *ast.IndexExpr:
		return b.dropError(e, b.index(e))
	case *ast.IndexListExpr:
		return b.eval(e.X)
	case *ast.SliceExpr:
		if _, ok := coreType(b.typeOf(e.X)).(*types.Array); ok {
			return b.addr(e.X)
		}
		return b.eval(e.X)
	case *ast.StarExpr:
		return b.dropError(e, b.g.load(b.eval(e.X)))
	case *ast.TypeAssertExpr:
		return b.eval(e.X)
	case *ast.BinaryExpr:
		n := b.g.newNode()
		b.g.assign(n, b.eval(e.X))
		b.g.assign(n, b.eval(e.Y))
		return n
	case *ast.UnaryExpr:
		switch e.Op {
		case token.ADD, token.SUB, token.XOR:
			return b.eval(e.X)
		case token.AND:
			return b.addr(e.X)
		case token.ARROW:
			return b.dropError(e, b.g.load(b.eval(e.X)))
		}
	}
	return 0
}

// dropError: an error taken out of something is not taken to hold on to it.
// Errors that are made here, and variables of type error, are followed.
func (b *body) dropError(e ast.Expr, n node) node {
	if !b.u.standard(b.u.pkg) {
		return n
	}
	t := b.typeOf(e)
	if tuple, ok := t.(*types.Tuple); ok && tuple.Len() > 0 {
		t = tuple.At(0).Type()
	}
	if isError(t) {
		return 0
	}
	return n
}

func (b *body) ident(id *ast.Ident) node {
	switch o := b.u.info.ObjectOf(id).(type) {
	case *types.Var:
		if o.IsField() {
			return 0
		}
		if b.local(o) {
			b.capture(o) // literals that share a number share it, too
		}
		if !b.h.tracked(o.Type()) {
			return 0
		}
		if b.u.sentinel(o) {
			return 0
		}
		if !b.local(o) {
			if !b.h.refs(o.Type()) {
				return b.g.of(told)
			}
			if isDiscard(o) {
				n, _ := b.g.fresh()
				return n
			}
			return b.dropError(id, b.g.of(heap))
		}
		return b.mentioned(id, o)
	case *types.Func:
		return b.funcValue(o, b.u.instanceOf(id, o), nil, way{})
	}
	return 0
}

// selector is a field, a method value, or something of another package.
func (b *body) selector(e *ast.SelectorExpr) node {
	sel := b.u.info.Selections[e]
	if sel == nil {
		return b.ident(e.Sel)
	}
	switch sel.Kind() {
	case types.FieldVal:
		n, _ := b.field(e, sel.Index())
		return n
	case types.MethodVal:
		fn := sel.Obj().(*types.Func)
		recv := b.receiverAs(e, fn)
		return b.funcValue(fn, fn.Type().(*types.Signature), &recv, way{})
	}
	fn := sel.Obj().(*types.Func)
	return b.funcValue(fn, fn.Type().(*types.Signature), nil, b.u.wayOf(e)) // T.Method
}

// field follows a path of fields, the embedded ones included.  It returns the
// node of the value, and that of the pointer that leads to it, if there is one.
func (b *body) field(e *ast.SelectorExpr, path []int) (value, pointer node) {
	key := fieldPath{e, len(path)}
	known, ok := b.fields[key]
	if !ok {
		known[0], known[1] = b.findField(e, path)
		b.fields[key] = known
	}
	return known[0], known[1]
}

// A fieldPath is a selector, and how many of its steps are taken.
type fieldPath struct {
	e *ast.SelectorExpr
	n int
}

func (b *body) findField(e *ast.SelectorExpr, path []int) (value, pointer node) {
	t := b.typeOf(e.X)
	value = b.eval(e.X)
	for _, i := range path {
		if elem := pointee(t); elem != nil {
			pointer = value
			value = b.g.load(value)
			t = elem
		}
		s, ok := coreType(t).(*types.Struct)
		if !ok || i >= s.NumFields() {
			n := b.g.of(unknown)
			return n, n
		}
		t = s.Field(i).Type()
	}
	return value, pointer
}

// receiver is the operand that a method call x.M() hands over.
func (b *body) receiver(e *ast.SelectorExpr) node {
	sel := b.u.info.Selections[e]
	if sel == nil || sel.Kind() != types.MethodVal {
		return 0
	}
	path := sel.Index()[:len(sel.Index())-1]
	value, pointer := b.field(e, path)
	t := b.typeOf(e.X)
	for _, i := range path {
		if elem := pointee(t); elem != nil {
			t = elem
		}
		s, ok := coreType(t).(*types.Struct)
		if !ok {
			return b.g.of(unknown)
		}
		t = s.Field(i).Type()
	}
	recv := sel.Obj().(*types.Func).Type().(*types.Signature).Recv()
	wants := recv != nil && pointee(recv.Type()) != nil
	has := pointee(t) != nil
	switch {
	case wants && !has && pointer != 0:
		return pointer // &x.f leads into what x points to
	case wants && !has:
		return b.addr(e.X)
	case !wants && has && !types.IsInterface(t) && !isInterfaceMethod(sel.Obj().(*types.Func)):
		return b.g.load(value)
	}
	return value
}

func (b *body) index(e *ast.IndexExpr) node {
	x := b.eval(e.X)
	switch coreType(b.typeOf(e.X)).(type) {
	case *types.Basic:
		return 0 // a byte of a string names nothing
	case *types.Array:
		return x
	case *types.Signature: // an instance of a generic function
		return x
	case *types.Slice, *types.Map, *types.Pointer:
		return b.g.load(x)
	}
	// A type parameter: any of these.
	n := b.g.newNode()
	b.g.assign(n, x)
	b.g.assign(n, b.g.load(x))
	return n
}

// isDiscard reports whether a variable is io.Discard, "a Writer on which all Write calls succeed without doing anything":
// each mention of it may as well be another.
func isDiscard(v *types.Var) bool {
	return v.Name() == "Discard" && v.Pkg() != nil && (v.Pkg().Path() == "io" || v.Pkg().Path() == "io/ioutil") && v.Parent() == v.Pkg().Scope()
}

// addr is the node of &e.  The address of a part of something is not told
// apart from the address of the whole.
func (b *body) addr(e ast.Expr) node {
	switch e := ast.Unparen(e).(type) {
	case *ast.Ident:
		v, ok := b.u.info.ObjectOf(e).(*types.Var)
		if !ok {
			return b.g.of(unknown)
		}
		if !b.local(v) {
			return b.g.of(heap)
		}
		b.capture(v)
		b.g.addressed.add(int(b.cell(v)))
		return b.g.of(b.cell(v))
	case *ast.SelectorExpr:
		if sel := b.u.info.Selections[e]; sel != nil {
			if _, pointer := b.field(e, sel.Index()); pointer != 0 {
				return pointer
			}
			if b.throughPointer(e, sel.Index()) {
				return 0
			}
			return b.addr(e.X)
		}
		return b.g.of(heap) // a variable of another package
	case *ast.IndexExpr:
		switch coreType(b.typeOf(e.X)).(type) {
		case *types.Array:
			return b.addr(e.X)
		case *types.Slice, *types.Pointer:
			return b.eval(e.X)
		}
		n := b.g.newNode()
		b.g.assign(n, b.eval(e.X))
		b.g.assign(n, b.addr(e.X))
		return n
	case *ast.StarExpr:
		return b.eval(e.X)
	case *ast.CompositeLit:
		n := b.make(e, b.typeOf(e))
		b.g.store(n, b.eval(e))
		return n
	}
	// A value that is not addressable, for a method with a pointer receiver: it can't be.
	n := b.make(e, b.typeOf(e))
	b.g.store(n, b.eval(e))
	return n
}

// throughPointer reports whether a path of fields goes through a pointer.
func (b *body) throughPointer(e *ast.SelectorExpr, path []int) bool {
	t := b.typeOf(e.X)
	for _, i := range path {
		if elem := pointee(t); elem != nil {
			return true
		}
		s, ok := coreType(t).(*types.Struct)
		if !ok {
			return false
		}
		t = s.Field(i).Type()
	}
	return false
}

// assign stores a value in a place.
func (b *body) assign(l ast.Expr, value node) {
	switch l := ast.Unparen(l).(type) {
	case *ast.Ident:
		v, ok := b.u.info.ObjectOf(l).(*types.Var)
		switch {
		case !ok: // the blank identifier
		case b.local(v):
			b.capture(v)
			b.g.assign(b.mentioned(l, v), value)
		default:
			b.g.store(b.g.of(heap), value)
		}
	case *ast.SelectorExpr:
		sel := b.u.info.Selections[l]
		if sel == nil {
			b.g.store(b.g.of(heap), value)
			return
		}
		if _, pointer := b.field(l, sel.Index()); pointer != 0 {
			b.storeIn(b.directOwner(l), pointer, value)
		} else if !b.throughPointer(l, sel.Index()) {
			b.assign(l.X, value)
		}
	case *ast.IndexExpr:
		x := b.eval(l.X)
		switch coreType(b.typeOf(l.X)).(type) {
		case *types.Array:
			b.assign(l.X, value)
			b.assign(l.X, b.eval(l.Index)) // which of the elements are set tells the number
		case *types.Map, *types.Slice, *types.Pointer:
			b.storeIn(l.X, x, value)
			b.storeIn(l.X, x, b.boxed(l.Index, b.eval(l.Index), keyType(b.typeOf(l.X))))
		default:
			b.g.store(x, value)
			b.assign(l.X, value)
		}
	case *ast.StarExpr:
		b.storeIn(l.X, b.eval(l.X), value)
	}
}

// isTest reports whether values of a type are tests, benchmarks or fuzz targets of package testing.
func isTest(t types.Type) bool {
	elem := pointee(t)
	return elem != nil && (isNamed(elem, "testing", "T") || isNamed(elem, "testing", "B") || isNamed(elem, "testing", "F"))
}
