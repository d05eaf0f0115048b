package main

import (
	"go/ast"
	"go/types"
)

// Which calls may panic: of declared functions by their summaries, of builtins by what they are
// given.

// deferStmt: can the deferred call itself panic?  For a summary it counts as part of the function.
func (w *walker) deferStmt(s *ast.DeferStmt) {
	if w.now == nil {
		w.deferred[s] = true
		return
	}
	quiet, pure := w.callIsCalm(s.Call)
	w.deferred[s] = quiet
	if w.summing {
		w.loud = w.loud || !quiet
		w.impure = w.impure || !pure
	}
}

// callIsCalm judges a call apart from the evaluation of its operands.
func (w *walker) callIsCalm(call *ast.CallExpr) (quiet, pure bool) {
	inner := &walker{
		s: w.s, sums: w.sums, fn: w.fn, now: w.now.clone(), summing: w.summing, params: w.params, callees: w.callees,
		deferred: make(map[*ast.DeferStmt]bool), depth: w.depth + 1,
	}
	if lit, ok := ast.Unparen(call.Fun).(*ast.FuncLit); ok {
		quiet, pure = w.literal(lit)
		return quiet, pure
	}
	inner.apply(call)
	w.need |= inner.need
	return !inner.loud, !inner.impure
}

const deepestLiteral = 8

// literal judges the body of a function literal, whenever it is called.
func (w *walker) literal(lit *ast.FuncLit) (quiet, pure bool) {
	if w.depth > deepestLiteral {
		return false, false
	}
	inner := newWalker(w.s, w.sums, lit)
	inner.callees, inner.depth = w.callees, w.depth+1
	inner.run(lit.Type, nil, lit.Body)
	return !inner.loud, !inner.impure
}

func (w *walker) call(call *ast.CallExpr) {
	if w.s.info.Types[call.Fun].IsType() {
		for _, arg := range call.Args {
			w.expr(arg)
		}
		w.conversion(call)
		return
	}
	if name := w.s.u.builtin(call); name != "" {
		w.builtin(name, call)
		return
	}
	w.operands(call)
	if lit, ok := ast.Unparen(call.Fun).(*ast.FuncLit); ok {
		quiet, pure := w.literal(lit)
		if !quiet {
			w.may(call, "may panic in the literal")
		}
		w.havoc(w.now, lit.Body)
		if !pure {
			w.forgetShared(w.now)
		}
		return
	}
	w.apply(call)
}

// operands evaluates a call's function value and arguments, as a defer does.
func (w *walker) operands(call *ast.CallExpr) {
	if w.s.info.Types[call.Fun].IsType() || w.s.u.builtin(call) != "" {
		for _, arg := range call.Args {
			w.expr(arg)
		}
		return
	}
	switch fun := ast.Unparen(call.Fun).(type) {
	case *ast.SelectorExpr:
		w.selector(fun)
	case *ast.FuncLit:
	default:
		w.expr(call.Fun)
	}
	for _, arg := range call.Args {
		w.expr(arg)
	}
}

// apply is the call itself.
func (w *walker) apply(call *ast.CallExpr) {
	if w.s.info.Types[call.Fun].IsType() {
		return
	}
	if name := w.s.u.builtin(call); name != "" {
		switch name {
		case "close":
			w.may(call, "closes a channel, which may be closed or nil")
			w.forgetShared(w.now)
		case "panic":
			w.may(call, "panics")
		case "delete", "clear":
			w.mapKeys(call)
			w.storesOf(w.now, call)
		case "copy", "append":
			w.storesOf(w.now, call)
		case "recover", "print", "println":
			w.impure = true
		}
		return
	}
	fun := w.s.u.callee(call)
	fn := w.s.u.static(fun)
	if fn == nil {
		w.may(call, "calls a function value, which may do anything")
		w.forgetShared(w.now)
		return
	}
	if isInterfaceMethod(fn) {
		w.may(call, "calls a method of an interface, which may do anything")
		w.forgetShared(w.now)
		return
	}
	c := w.calm(fn)
	if w.printsPlainly(fn, call) {
		c = calm{quiet: true, pure: true}
	}
	if c.plain && !w.plainlyMade(fun) {
		c = calm{}
	}
	if !c.quiet {
		w.may(call, "calls "+fn.Name()+", which may panic")
	} else {
		w.needed(call, fun, fn, c.need)
	}
	if !c.pure {
		w.forgetShared(w.now)
	}
}

// needed: which pointers that a function is given have to be no nil pointers?
func (w *walker) needed(call *ast.CallExpr, fun ast.Expr, fn *types.Func, need uint64) {
	if need == 0 {
		return
	}
	method := w.s.u.isMethodCall(fun)
	for i := 0; i < 64; i++ {
		if need&(1<<i) == 0 {
			continue
		}
		arg := i
		if method {
			if i == 0 {
				w.receiverIsThere(call, fun.(*ast.SelectorExpr))
				continue
			}
			arg--
		}
		if arg >= len(call.Args) {
			w.may(call, "calls "+fn.Name()+", which may panic")
			continue
		}
		if ok, _ := w.nonNil(call.Args[arg], w.now, true); !ok {
			w.may(call, "calls "+fn.Name()+" with a pointer that may be nil")
			w.now.add(fact{kind: nonNil, p: w.s.placeOf(call.Args[arg])})
		}
	}
}

// receiverIsThere: the receiver has to be no nil pointer.
func (w *walker) receiverIsThere(call *ast.CallExpr, sel *ast.SelectorExpr) {
	chosen := w.s.info.Selections[sel]
	if pointee(w.holder(sel, chosen)) == nil {
		return // the address of something
	}
	p := w.s.receiverPlace(sel)
	ok := false
	if len(chosen.Index()) == 1 {
		ok, _ = w.nonNil(sel.X, w.now, true)
	} else {
		ok, _ = w.nonNilPlace(p, w.now, true)
	}
	if !ok {
		w.may(call, "calls a method of a pointer that may be nil")
		w.now.add(fact{kind: nonNil, p: p})
	}
}

// plainlyMade reports whether no type that a generic function is made for may hold an interface.
func (w *walker) plainlyMade(fun ast.Expr) bool {
	var id *ast.Ident
	switch f := ast.Unparen(fun).(type) {
	case *ast.Ident:
		id = f
	case *ast.SelectorExpr:
		id = f.Sel
	default:
		return false
	}
	made, ok := w.s.info.Instances[id]
	if !ok || made.TypeArgs == nil {
		return false
	}
	for i := 0; i < made.TypeArgs.Len(); i++ {
		t := made.TypeArgs.At(i)
		if s, ok := coreType(t).(*types.Slice); ok {
			t = s.Elem()
		}
		if mayHoldInterface(t) {
			return false
		}
	}
	return true
}

// printsPlainly reports whether a function of fmt is given nothing whose methods it would call.
func (w *walker) printsPlainly(fn *types.Func, call *ast.CallExpr) bool {
	switch funcName(fn) {
	case "fmt.Errorf", "fmt.Sprintf", "fmt.Sprint", "fmt.Sprintln":
	default:
		return false
	}
	if call.Ellipsis.IsValid() {
		return false
	}
	for _, arg := range call.Args {
		t := w.s.info.TypeOf(arg)
		if _, ok := t.Underlying().(*types.Basic); !ok || isTypeParam(t) {
			return false
		}
		if types.NewMethodSet(t).Len() > 0 {
			return false
		}
	}
	return true
}

func (w *walker) builtin(name string, call *ast.CallExpr) {
	switch name {
	case "Sizeof", "Alignof", "Offsetof":
		return // not evaluated
	}
	for _, arg := range call.Args {
		w.expr(arg)
	}
	switch name {
	case "append":
		w.storesOf(w.now, call)
	case "copy", "clear", "delete", "close", "panic", "recover", "print", "println":
		w.apply(call)
		if name == "panic" {
			w.now = nil
		}
	case "len", "cap", "new", "complex", "real", "imag", "min", "max":
	case "make":
		w.makes(call)
	default:
		w.may(call, "is unsafe")
	}
}
