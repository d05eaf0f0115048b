package main

import (
	"go/ast"
	"go/token"
	"go/types"
)

// Which expressions may panic: selections, indexes, operators, literals.

func (w *walker) expr(e ast.Expr) {
	if e == nil || w.summing && w.loud && w.impure {
		return
	}
	if tv, ok := w.s.info.Types[e]; ok && (tv.Value != nil || tv.IsType()) {
		return // a constant is not evaluated
	}
	switch x := e.(type) {
	case *ast.ParenExpr:
		w.expr(x.X)
	case *ast.Ident, *ast.BasicLit, *ast.FuncLit:
	case *ast.SelectorExpr:
		w.selector(x)
		w.methodValue(x)
	case *ast.StarExpr:
		w.expr(x.X)
		w.deref(x.X, x)
	case *ast.UnaryExpr:
		w.expr(x.X)
		if x.Op == token.ARROW {
			w.forgetShared(w.now)
		}
	case *ast.BinaryExpr:
		w.binary(x)
	case *ast.IndexExpr:
		w.index(x)
	case *ast.IndexListExpr:
		w.expr(x.X)
	case *ast.SliceExpr:
		w.slice(x)
	case *ast.TypeAssertExpr:
		w.expr(x.X)
		w.may(x, "is a type assertion")
	case *ast.CompositeLit:
		w.composite(x)
	case *ast.CallExpr:
		w.call(x)
	case *ast.KeyValueExpr:
		w.expr(x.Key)
		w.expr(x.Value)
	default:
		w.may(e, "is not understood")
	}
}

// nonNil reports whether an expression's value is known not to be nil, and which
// parameters that rests on; use: the knowledge is needed, so these are noted.
func (w *walker) nonNil(e ast.Expr, k *knowledge, use bool) (bool, uint64) {
	e = ast.Unparen(e)
	switch x := e.(type) {
	case *ast.UnaryExpr:
		if x.Op == token.AND {
			return true, 0
		}
	case *ast.CompositeLit, *ast.FuncLit:
		return true, 0
	case *ast.CallExpr:
		switch w.s.u.builtin(x) {
		case "new", "make":
			return true, 0
		case "append":
			return len(x.Args) > 1 && !x.Ellipsis.IsValid(), 0
		}
		if w.s.info.Types[x.Fun].IsType() && len(x.Args) == 1 {
			return w.nonNil(x.Args[0], k, use)
		}
	}
	return w.nonNilPlace(w.s.placeOf(e), k, use)
}

func (w *walker) nonNilPlace(p *spot, k *knowledge, use bool) (bool, uint64) {
	if p == nil {
		return false, 0
	}
	if len(p.steps) == 0 && w.s.u.constantNonNil(p.root) {
		return true, 0
	}
	if f := k.find(nonNil, p, nil); f != nil {
		if use {
			w.need |= f.need
		}
		return true, f.need
	}
	return false, 0
}

func (w *walker) find(kind factKind, p, q *spot) *fact { return w.now.find(kind, p, q) }

// deref: the pointer e is followed at n; after that it was no nil pointer.
func (w *walker) deref(e ast.Expr, n ast.Node) {
	if ok, _ := w.nonNil(e, w.now, true); ok {
		return
	}
	w.may(n, "follows a pointer, which may be nil")
	w.now.add(fact{kind: nonNil, p: w.s.placeOf(e)})
}

func (w *walker) selector(x *ast.SelectorExpr) {
	chosen := w.s.info.Selections[x]
	if chosen == nil {
		return // of a package
	}
	if chosen.Kind() == types.MethodExpr {
		return
	}
	w.expr(x.X)
	w.path(x, chosen)
	if chosen.Kind() == types.MethodVal {
		// A method value, or the receiver of a call.
		if recv := chosen.Obj().Type().(*types.Signature).Recv(); recv != nil {
			p := w.s.receiverPlace(x)
			holder := w.holder(x, chosen)
			switch {
			case types.IsInterface(recv.Type()):
			case pointee(recv.Type()) == nil && pointee(holder) != nil:
				w.followed(x, p, len(chosen.Index()) == 1)
			}
		}
	}
}

// methodValue: the method of a nil interface can't be had, neither as a value nor
// for a deferred call.
func (w *walker) methodValue(x *ast.SelectorExpr) {
	chosen := w.s.info.Selections[x]
	if chosen == nil || chosen.Kind() != types.MethodVal {
		return
	}
	if isInterfaceMethod(chosen.Obj().(*types.Func)) {
		w.may(x, "takes a method of an interface, which may be nil")
	}
}

// holder is the type of what the method is found on, embedded fields followed.
func (w *walker) holder(x *ast.SelectorExpr, chosen *types.Selection) types.Type {
	t := chosen.Recv()
	index := chosen.Index()
	for _, i := range index[:len(index)-1] {
		if p := pointee(t); p != nil {
			t = p
		}
		st, ok := coreType(t).(*types.Struct)
		if !ok {
			return t
		}
		t = st.Field(i).Type()
	}
	return t
}

// path follows the pointers on the way that a selection stands for.
func (w *walker) path(x *ast.SelectorExpr, chosen *types.Selection) {
	t := chosen.Recv()
	p := w.s.placeOf(x.X)
	index := chosen.Index()
	last := len(index) - 1
	for n, i := range index {
		if n == last && chosen.Kind() == types.MethodVal {
			return
		}
		if el := pointee(t); el != nil {
			if n == 0 {
				w.deref(x.X, x)
			} else {
				w.followed(x, p, false)
			}
			t = el
			if p != nil {
				p = w.s.extend(p, step{nil, el})
			}
		}
		st, ok := coreType(t).(*types.Struct)
		if !ok {
			w.may(x, "is not understood")
			return
		}
		f := st.Field(i)
		t = f.Type()
		if p != nil {
			p = w.s.extend(p, step{f.Origin(), t})
		}
	}
}

// followed: the pointer at p, reached by x, is followed.
func (w *walker) followed(x *ast.SelectorExpr, p *spot, direct bool) {
	if direct {
		w.deref(x.X, x)
		return
	}
	if ok, _ := w.nonNilPlace(p, w.now, true); !ok {
		w.may(x, "follows an embedded pointer, which may be nil")
		w.now.add(fact{kind: nonNil, p: p})
	}
}

func (w *walker) binary(x *ast.BinaryExpr) {
	switch x.Op {
	case token.LAND, token.LOR:
		yes, no := w.cond(x)
		w.now = join(yes, no)
		return
	}
	w.expr(x.X)
	w.expr(x.Y)
	switch x.Op {
	case token.EQL, token.NEQ:
		w.comparable(x, x.X, x.Y)
	case token.QUO, token.REM:
		w.divisor(x, x, x.Y)
	case token.SHL, token.SHR:
		w.shift(x, x.Y)
	}
}

func (w *walker) divisor(n ast.Node, typed, by ast.Expr) {
	t := w.s.info.TypeOf(typed)
	if b, ok := coreType(t).(*types.Basic); ok && b.Info()&(types.IsFloat|types.IsComplex) != 0 {
		return
	}
	if !w.notZero(by, w.now) {
		w.may(n, "may divide by zero")
	}
}

func (w *walker) shift(n ast.Node, by ast.Expr) {
	if !w.notNegative(by, w.now) {
		w.may(n, "may shift by less than nothing")
	}
}

// comparable: two interfaces may hold what can't be compared.
func (w *walker) comparable(n ast.Node, x, y ast.Expr) {
	if w.isNil(x) || w.isNil(y) {
		return
	}
	plain := func(e ast.Expr) bool { return !mayHoldInterface(w.s.info.TypeOf(e)) }
	if !plain(x) && !plain(y) {
		w.may(n, "may compare values that can't be compared")
	}
}

func (w *walker) isNil(e ast.Expr) bool { return w.s.info.Types[e].IsNil() }

func (w *walker) index(x *ast.IndexExpr) {
	if tv := w.s.info.Types[x.X]; !tv.IsValue() {
		return // an instance of a generic function
	}
	if _, ok := w.s.info.TypeOf(x.X).(*types.Signature); ok {
		return
	}
	w.expr(x.X)
	w.expr(x.Index)
	t := w.s.info.TypeOf(x.X)
	switch u := coreType(t).(type) {
	case *types.Map:
		w.mapKey(x, u)
		return
	case *types.Pointer:
		w.deref(x.X, x)
		if a, ok := coreType(u.Elem()).(*types.Array); ok && w.inArray(x.Index, a.Len()) {
			return
		}
	case *types.Array:
		if w.inArray(x.Index, u.Len()) {
			return
		}
	}
	if !w.indexes(x.Index, x.X) {
		w.may(x, "may be out of range")
		return
	}
}

func (w *walker) mapKey(n ast.Node, m *types.Map) {
	if mayHoldInterface(m.Key()) {
		if x, ok := n.(*ast.IndexExpr); ok && !mayHoldInterface(w.s.info.TypeOf(x.Index)) {
			return
		}
		w.may(n, "may hash a value that can't be hashed")
	}
}

func (w *walker) slice(x *ast.SliceExpr) {
	w.expr(x.X)
	for _, e := range []ast.Expr{x.Low, x.High, x.Max} {
		w.expr(e)
	}
	t := w.s.info.TypeOf(x.X)
	if pointee(t) != nil {
		w.deref(x.X, x)
	}
	length := int64(-1)
	if a, ok := coreType(t).(*types.Array); ok {
		length = a.Len()
	}
	low := x.Low == nil || w.constant(x.Low) == 0
	high := x.High == nil || w.isLength(x.High, x.X)
	switch {
	case x.Max != nil:
		if length < 0 || !w.upTo(x.Low, length) || !w.upTo(x.High, length) || !w.upTo(x.Max, length) || x.Low != nil && !low {
			w.may(x, "may be out of range")
		}
	case low && high:
	case low && w.atMost(x.High, x.X): // s[:n]
	case high && w.atMost(x.Low, x.X): // s[n:]
	case w.constant(x.Low) >= 0 && w.constant(x.High) >= 0 && w.constant(x.Low) <= w.constant(x.High) && w.atMost(x.High, x.X):
	case w.constant(x.Low) == 1 && x.High == nil && w.least(x.X, w.now) >= 1:
	default:
		w.may(x, "may be out of range")
	}
}

func (w *walker) composite(x *ast.CompositeLit) {
	t := w.s.info.TypeOf(x)
	if el := pointee(t); el != nil {
		t = el
	}
	_, isStruct := coreType(t).(*types.Struct)
	m, isMap := coreType(t).(*types.Map)
	if coreType(t) == nil {
		w.may(x, "is of a type that is not known here")
	}
	for _, e := range x.Elts {
		if kv, ok := e.(*ast.KeyValueExpr); ok {
			if !isStruct {
				w.expr(kv.Key)
			}
			if isMap && mayHoldInterface(m.Key()) && mayHoldInterface(w.s.info.TypeOf(kv.Key)) && w.s.info.Types[kv.Key].Value == nil {
				w.may(kv, "may hash a value that can't be hashed")
			}
			e = kv.Value
		}
		w.expr(e)
	}
}

func (w *walker) mapKeys(call *ast.CallExpr) {
	if m, ok := coreType(w.s.info.TypeOf(call.Args[0])).(*types.Map); ok && mayHoldInterface(m.Key()) {
		if len(call.Args) > 1 && !mayHoldInterface(w.s.info.TypeOf(call.Args[1])) {
			return
		}
		if len(call.Args) > 1 {
			w.may(call, "may hash a value that can't be hashed")
		}
	} else if coreType(w.s.info.TypeOf(call.Args[0])) == nil {
		w.may(call, "is of a type that is not known here")
	}
}

func (w *walker) conversion(call *ast.CallExpr) {
	if len(call.Args) != 1 {
		return
	}
	from, to := w.s.info.TypeOf(call.Args[0]), w.s.info.TypeOf(call)
	if w.s.info.Types[call.Args[0]].Value != nil && !isTypeParam(to) {
		return
	}
	_, fromSlice := coreType(from).(*types.Slice)
	if !fromSlice && coreType(from) != nil {
		return
	}
	switch u := coreType(to).(type) {
	case nil:
		w.may(call, "converts to a type that is not known here")
	case *types.Array:
		w.may(call, "converts a slice to an array")
	case *types.Pointer:
		if _, ok := coreType(u.Elem()).(*types.Array); ok {
			w.may(call, "converts a slice to a pointer to an array")
		}
	}
}
