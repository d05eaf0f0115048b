package main

import (
	"go/ast"
	"go/constant"
	"go/token"
	"go/types"
)

// What is known of numbers and lengths: whether an index is in range, a divisor not zero, a size
// sane.

// inArray reports whether an index is below n by its type, or by how it is made.
func (w *walker) inArray(e ast.Expr, n int64) bool {
	if v := w.constant(e); v >= 0 {
		return v < n
	}
	most := w.most(e, w.now)
	return most >= 0 && most < n
}

// most is the greatest value that an expression can have, if it can't be below 0;
// -1 if that is not known.
func (w *walker) most(e ast.Expr, k *knowledge) int64 {
	e = ast.Unparen(e)
	if v := w.constant(e); v >= 0 {
		return v
	}
	if f := k.find(within, w.s.placeOf(e), nil); f != nil {
		return -f.k
	}
	switch x := e.(type) {
	case *ast.BinaryExpr:
		switch x.Op {
		case token.AND:
			if v := w.constant(x.Y); v >= 0 {
				return v
			}
			if v := w.constant(x.X); v >= 0 {
				return v
			}
		case token.REM:
			if v := w.constant(x.Y); v > 0 && w.notNegative(x.X, k) {
				return v - 1
			}
		}
	case *ast.CallExpr:
		if w.s.info.Types[x.Fun].IsType() && len(x.Args) == 1 && isInteger(w.s.info.TypeOf(x.Args[0])) && wide(w.s.info.TypeOf(x)) {
			if m := w.most(x.Args[0], k); m >= 0 && m < 1<<31 {
				return m
			}
		}
	}
	if b, ok := coreType(w.s.info.TypeOf(e)).(*types.Basic); ok && b.Kind() == types.Uint8 {
		return 255
	}
	return -1
}

// wide reports whether a type holds at least 32 bits.
func wide(t types.Type) bool {
	b, ok := coreType(t).(*types.Basic)
	if !ok {
		return false
	}
	switch b.Kind() {
	case types.Int, types.Int64, types.Uint, types.Uint32, types.Uint64, types.Uintptr:
		return true
	}
	return false
}

// constant is the value of a constant that is not below 0, else -1.
func (w *walker) constant(e ast.Expr) int64 {
	if e == nil {
		return -1
	}
	if tv := w.s.info.Types[e]; isNumber(tv.Value) {
		if whole := constant.ToInt(tv.Value); whole.Kind() == constant.Int {
			if v, ok := constant.Int64Val(whole); ok && v >= 0 {
				return v
			}
		}
	}
	return -1
}

func isNumber(v constant.Value) bool {
	return v != nil && (v.Kind() == constant.Int || v.Kind() == constant.Float)
}

// indexes reports whether i is known to be an index of s.
func (w *walker) indexes(i, s ast.Expr) bool {
	p := w.s.placeOf(s)
	if v := w.constant(i); v >= 0 {
		return w.least(s, w.now) > v
	}
	if p == nil {
		return false
	}
	if q := w.s.placeOf(i); q != nil && w.find(inRange, q, p) != nil {
		return true
	}
	if q := w.indexed(i, w.now); q != nil && q.root == p.root && q.key == p.key {
		return true
	}
	return false
}

// indexed is what an expression such as len(s) - 1, n - 1 or i % len(s) is an index of.
func (w *walker) indexed(e ast.Expr, k *knowledge) *spot {
	e = ast.Unparen(e)
	if q := w.s.placeOf(e); q != nil && k != nil {
		for i := range k.facts {
			if f := &k.facts[i]; f.kind == inRange && f.p.root == q.root && f.p.key == q.key {
				return f.q
			}
		}
		return nil
	}
	x, ok := e.(*ast.BinaryExpr)
	if !ok {
		return nil
	}
	switch x.Op {
	case token.SUB:
		if p := w.lengthOf(x.X, k); p != nil && isSized(p.typ()) {
			if v := w.constant(x.Y); v > 0 && w.leastPlace(p, k) >= v {
				return p
			}
		}
	case token.REM:
		if p := w.lengthOf(x.Y, k); p != nil && isSized(p.typ()) && w.leastPlace(p, k) > 0 && w.notNegative(x.X, k) {
			return p
		}
	}
	return nil
}

// isSized: things that are indexed by numbers.
func isSized(t types.Type) bool {
	switch u := coreType(t).(type) {
	case *types.Slice, *types.Array:
		return true
	case *types.Basic:
		return u.Info()&types.IsString != 0
	}
	return false
}

// lengthOf is the place whose length an expression is.
func (w *walker) lengthOf(e ast.Expr, k *knowledge) *spot {
	e = ast.Unparen(e)
	if call, ok := e.(*ast.CallExpr); ok {
		if w.s.u.builtin(call) == "len" {
			return w.s.placeOf(call.Args[0])
		}
		if w.s.info.Types[call.Fun].IsType() && len(call.Args) == 1 && wide(w.s.info.TypeOf(call)) {
			if p := w.lengthOf(call.Args[0], k); p != nil && isInteger(w.s.info.TypeOf(call.Args[0])) {
				return p
			}
		}
		return nil
	}
	if p := w.s.placeOf(e); p != nil && k != nil {
		for i := range k.facts {
			if f := &k.facts[i]; f.kind == isLen && f.p.root == p.root && f.p.key == p.key {
				return f.q
			}
		}
	}
	return nil
}

// least is a length that a value is known to have at least.
func (w *walker) least(e ast.Expr, k *knowledge) int64 {
	e = ast.Unparen(e)
	if tv := w.s.info.Types[e]; tv.Value != nil && tv.Value.Kind() == constant.String {
		return int64(len(constant.StringVal(tv.Value)))
	}
	if p := w.s.placeOf(e); p != nil {
		return w.leastPlace(p, k)
	}
	switch x := e.(type) {
	case *ast.CompositeLit:
		if _, ok := coreType(w.s.info.TypeOf(x)).(*types.Slice); ok {
			for _, el := range x.Elts {
				if _, keyed := el.(*ast.KeyValueExpr); keyed {
					return 0
				}
			}
			return int64(len(x.Elts))
		}
	case *ast.CallExpr:
		switch w.s.u.builtin(x) {
		case "make":
			if _, ok := coreType(w.s.info.TypeOf(x)).(*types.Slice); ok && len(x.Args) > 1 {
				return max(w.constant(x.Args[1]), 0)
			}
		case "append":
			if !x.Ellipsis.IsValid() {
				return w.least(x.Args[0], k) + int64(len(x.Args)-1)
			}
			return w.least(x.Args[0], k)
		}
	}
	return 0
}

func (w *walker) leastPlace(p *spot, k *knowledge) int64 {
	if f := k.find(minLen, p, nil); f != nil {
		return f.k
	}
	if a, ok := coreType(p.typ()).(*types.Array); ok {
		return a.Len()
	}
	return 0
}

// notZero reports whether a number is known not to be 0.
func (w *walker) notZero(e ast.Expr, k *knowledge) bool {
	e = ast.Unparen(e)
	if tv := w.s.info.Types[e]; tv.Value != nil {
		return isNumber(tv.Value) && constant.Sign(tv.Value) != 0
	}
	if p := w.s.placeOf(e); p != nil && k.find(nonZero, p, nil) != nil {
		return true
	}
	if p := w.lengthOf(e, k); p != nil && w.leastPlace(p, k) > 0 {
		return true
	}
	if call, ok := e.(*ast.CallExpr); ok && w.s.info.Types[call.Fun].IsType() && len(call.Args) == 1 {
		from, to := w.s.info.TypeOf(call.Args[0]), w.s.info.TypeOf(call)
		return isInteger(from) && isInteger(to) && types.Default(to) != nil && sizeOf(w, to) >= sizeOf(w, from) && w.notZero(call.Args[0], k)
	}
	return false
}

func sizeOf(w *walker, t types.Type) int64 {
	if isTypeParam(t) {
		return 0
	}
	return types.SizesFor("gc", "386").Sizeof(t.Underlying())
}

// notNegative reports whether a number is known not to be below 0.
func (w *walker) notNegative(e ast.Expr, k *knowledge) bool {
	e = ast.Unparen(e)
	tv := w.s.info.Types[e]
	if tv.Value != nil {
		return isNumber(tv.Value) && constant.Sign(tv.Value) >= 0
	}
	if b, ok := coreType(tv.Type).(*types.Basic); ok && b.Info()&types.IsUnsigned != 0 {
		return true
	}
	if p := w.s.placeOf(e); p != nil && k != nil {
		for i := range k.facts {
			f := &k.facts[i]
			if (f.kind == nonNeg || f.kind == inRange || f.kind == isLen) && f.p.root == p.root && f.p.key == p.key {
				return true
			}
		}
		return false
	}
	switch x := e.(type) {
	case *ast.CallExpr:
		name := w.s.u.builtin(x)
		return name == "len" || name == "cap"
	case *ast.BinaryExpr:
		switch x.Op {
		case token.REM, token.SHR, token.QUO:
			return w.notNegative(x.X, k) && (x.Op != token.QUO || w.notNegative(x.Y, k))
		case token.AND:
			return w.notNegative(x.X, k) || w.notNegative(x.Y, k)
		}
	}
	return false
}

func isInteger(t types.Type) bool {
	b, ok := coreType(t).(*types.Basic)
	return ok && b.Info()&types.IsInteger != 0
}

func (w *walker) upTo(e ast.Expr, n int64) bool {
	return e == nil || w.constant(e) >= 0 && w.constant(e) <= n
}

func (w *walker) isLength(e, s ast.Expr) bool {
	p, q := w.lengthOf(e, w.now), w.s.placeOf(s)
	return p != nil && q != nil && p.root == q.root && p.key == q.key
}

// atMost reports whether 0 <= e <= len(s) is known.
func (w *walker) atMost(e, s ast.Expr) bool {
	if v := w.constant(e); v >= 0 {
		if a, ok := coreType(w.s.info.TypeOf(s)).(*types.Array); ok {
			return v <= a.Len()
		}
		return v <= w.least(s, w.now) || v == 0
	}
	if x, ok := ast.Unparen(e).(*ast.BinaryExpr); ok && x.Op == token.ADD && w.constant(x.Y) == 1 && w.indexes(x.X, s) {
		return true // s[i+1:]
	}
	return w.isLength(e, s) || w.indexes(e, s)
}

// makes: sizes must not be below 0, nor beyond all memory, nor a length beyond a capacity.
func (w *walker) makes(call *ast.CallExpr) {
	t := coreType(w.s.info.TypeOf(call))
	sizes := call.Args[1:]
	var each int64
	switch t := t.(type) {
	case *types.Map:
		return
	case *types.Slice:
		each = w.bytesOf(t.Elem())
	case *types.Chan:
		each = w.bytesOf(t.Elem())
	default:
		w.may(call, "is of a type that is not known here")
		return
	}
	for _, size := range sizes {
		if !w.isSize(size, each, true) {
			w.may(call, "is made with a size that may not do")
			return
		}
	}
	if len(sizes) == 2 && w.constant(sizes[0]) != 0 {
		a, b := w.constant(sizes[0]), w.constant(sizes[1])
		p, q := w.lengthOf(sizes[0], w.now), w.lengthOf(sizes[1], w.now)
		same := p != nil && q != nil && p.root == q.root && p.key == q.key
		if !(a >= 0 && b >= a || same) {
			w.may(call, "is made with a length that may be beyond its capacity")
		}
	}
}

// mostBytes is what a constant size may come to: more than any program asks for by mistake
// of its own, less than any address space has.
const mostBytes = 1 << 30

// bytesOf is the size of a value of type t; one with a type parameter in it may have any.
func (w *walker) bytesOf(t types.Type) int64 {
	if holdsTypeParam(t) {
		return mostBytes
	}
	return types.SizesFor("gc", "amd64").Sizeof(t)
}

// holdsTypeParam reports whether how large a value of type t is depends on a type parameter.
func holdsTypeParam(t types.Type) bool {
	if isTypeParam(t) {
		return true
	}
	switch t := t.Underlying().(type) {
	case *types.Array:
		return holdsTypeParam(t.Elem())
	case *types.Struct:
		for i := 0; i < t.NumFields(); i++ {
			if holdsTypeParam(t.Field(i).Type()) {
				return true
			}
		}
	}
	return false
}

// isSize reports whether so many elements of so many bytes can be made: the number is the
// length of something whose elements are as large, or a sum of few such.
func (w *walker) isSize(e ast.Expr, each int64, sums bool) bool {
	e = ast.Unparen(e)
	if v := w.constant(e); v >= 0 {
		return each == 0 || v < mostBytes/each
	}
	switch x := e.(type) {
	case *ast.CallExpr:
		name := w.s.u.builtin(x)
		return (name == "len" || name == "cap") && w.hasSize(w.s.info.TypeOf(x.Args[0]), each)
	case *ast.BinaryExpr:
		return x.Op == token.ADD && sums && w.isSize(x.X, each, true) && w.isSize(x.Y, each, true)
	}
	p := w.lengthOf(e, w.now)
	return p != nil && w.hasSize(p.typ(), each)
}

// fewTimes is how much larger than a counted element a made one may be: a program that has
// so many of the one has a good part of all memory.
const fewTimes = 64

// hasSize reports whether what t has many of takes memory, so that there can't be too many
// to make as many elements of so many bytes.
func (w *walker) hasSize(t types.Type, each int64) bool {
	switch u := coreType(t).(type) {
	case *types.Slice:
		return takesMemory(u.Elem()) && !isTypeParam(u.Elem()) && each <= fewTimes*max(1, w.bytesOf(u.Elem()))
	case *types.Array:
		return each == 0 || u.Len() < mostBytes/each
	case *types.Map, *types.Basic:
		return each <= fewTimes
	}
	return false
}

func takesMemory(t types.Type) bool {
	switch u := coreType(t).(type) {
	case nil:
		return false
	case *types.Struct:
		for i := 0; i < u.NumFields(); i++ {
			if takesMemory(u.Field(i).Type()) {
				return true
			}
		}
		return false
	case *types.Array:
		return u.Len() > 0 && takesMemory(u.Elem())
	}
	return true
}
