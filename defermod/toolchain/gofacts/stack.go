package main

import (
	"go/ast"
	"go/token"
	"go/types"
)

// Frames of the stack: a closure adds one.

// stackFrames: a closure adds a frame to the stack, and a name that is not the function's.
func (v *verdict) stackFrames() {
	v.namesOfLiterals()
	looks := frames
	if v.renamesLiterals() {
		looks |= asksNames
	}
	for _, stmt := range v.list {
		literal := token.NoPos // where the outermost literal ends
		ast.Inspect(stmt, func(n ast.Node) bool {
			if lit, ok := n.(*ast.FuncLit); ok && lit.End() > literal {
				literal = lit.End()
			}
			call, ok := n.(*ast.CallExpr)
			if !ok || v.u.builtin(call) != "" || v.u.info.Types[call.Fun].IsType() {
				return true
			}
			sees, keeps := v.looksAtStack(call, looks)
			if sig, ok := coreType(v.typeOf(call.Fun)).(*types.Signature); ok && call.Pos() < literal && !tellsFrames(sig, false) {
				if fn := v.u.static(v.u.callee(call)); fn != nil && fn.Pkg() != v.u.pkg {
					return true // what reports the line of its caller reports that of the literal
				}
			}
			if sees {
				v.doubt(callerFrame, types.ExprString(call.Fun)+" looks at the stack, which has one more frame in a closure", nodeWitness(call), "looks at the stack")
			} else if keeps {
				v.assumes[stackTraces] = true
			}
			return true
		})
	}
}

// renamesLiterals reports whether a closure around the statements gives other names to literals: the compiler numbers those of a
// function, so that those in the closure become its own, and those that follow take the next number.
func (v *verdict) renamesLiterals() bool { return v.literalFrom(v.list[0].Pos()) }

// literalFrom reports whether the function has a literal at a place or behind it, other than the deferred one.
func (v *verdict) literalFrom(pos token.Pos) bool {
	found := false
	ast.Inspect(v.decl, func(n ast.Node) bool {
		lit, ok := n.(*ast.FuncLit)
		found = found || ok && lit.Pos() >= pos && ast.Unparen(v.s.Call.Fun) != ast.Expr(lit)
		return !found
	})
	return found
}

// namesOfLiterals: a literal that follows the closure may be asked for its name by the package itself, and by what the
// function calls besides: before it, in a loop around both.
func (v *verdict) namesOfLiterals() {
	end := v.list[len(v.list)-1].End()
	if !v.literalFrom(end) {
		return
	}
	if v.u.uses("runtime", "FuncForPC") || v.u.uses("runtime", "CallersFrames") {
		v.doubt(callerFrame, "a closure changes the names of the literals that follow in the function, and the package asks for names", nodeWitness(v.s), "deferred here")
		return
	}
	ast.Inspect(v.decl, func(n ast.Node) bool {
		call, ok := n.(*ast.CallExpr)
		if !ok || v.list[0].Pos() <= call.Pos() && call.Pos() < end || v.u.builtin(call) != "" || v.u.info.Types[call.Fun].IsType() {
			return true
		}
		if asks, _ := v.looksAtStack(call, asksNames); asks {
			v.doubt(callerFrame, types.ExprString(call.Fun)+" may ask for the name of a literal, which is another behind a closure", nodeWitness(call), "asks for names")
		}
		return true
	})
}

// looksAtStack reports whether a call gives something that depends on what looks says: the frames of the
// stack, the names of functions, and whether it may keep such a thing for people to read.
func (v *verdict) looksAtStack(call *ast.CallExpr, looks effect) (sees, keeps bool) {
	if _, lit := ast.Unparen(call.Fun).(*ast.FuncLit); lit {
		return false, false // what it calls is looked at by itself
	}
	fn := v.u.static(v.u.callee(call))
	if fn != nil && fn.Pkg() != nil && fn.Pkg().Path() == "testing" {
		return false, false // which reports lines
	}
	c := newCollector(v.body, v.sums)
	c.judging = true
	c.call(call)
	sees = c.ownLooks&looks != 0 // of other packages only what is called itself may tell
	switch {
	case fn == nil:
		sig, ok := coreType(v.typeOf(call.Fun)).(*types.Signature)
		keeps = ok && givesText(sig) && c.does[anything] != nil
	case isInterfaceMethod(fn):
		sees = sees || v.sums.namesakeDoes(fn, looks)
		keeps = v.sums.namesakeDoes(fn, traces|looks)
	default:
		sees = sees || v.sums.seesFrames(fn, v.drops(call), looks)
		e := v.sums.effectsOf(fn)
		keeps = fn.Pkg() != nil && fn.Pkg().Path() == "log/slog" || e != nil && v.sums.contractOf(fn) == nil && e.does&(frames|traces|looks) != 0
	}
	return sees, keeps || c.does[traces] != nil
}

// givesText reports whether a string is among a function's results.
func givesText(sig *types.Signature) bool {
	for i := range sig.Results().Len() {
		if isString(sig.Results().At(i).Type()) {
			return true
		}
	}
	return false
}

// seesFrames reports whether what a function does or returns depends on the frames of
// the stack above it; what it returns counts for nothing if it is dropped.
func (s *summaries) seesFrames(fn *types.Func, dropped bool, looks effect) bool {
	if fn.Pkg() != nil && fn.Pkg().Path() == "testing" {
		return false // which reports lines
	}
	if c := s.contractOf(fn); c != nil {
		return c.does&looks != 0
	}
	e := s.effectsOf(fn)
	return e != nil && e.does&looks != 0 && (s.own[funcName(fn)] != nil || tellsFrames(fn.Type().(*types.Signature), dropped))
}

// namesakeDoes reports whether a method in sight that the call of an interface's may come to does something.
func (s *summaries) namesakeDoes(fn *types.Func, what effect) bool {
	for _, full := range s.namesakes(fn) {
		if e := s.effectsNamed(full); e != nil && e.does&what != 0 {
			return true
		}
	}
	return false
}

// tracesOnly reports whether what a called function sees of the stack is for people: one of another package, not the standard
// library's, that tells its caller nothing of it.
func (b *body) tracesOnly(call *ast.CallExpr, callee string) bool {
	sig, ok := coreType(b.typeOf(call.Fun)).(*types.Signature)
	return ok && !tellsFrames(sig, b.drops(call)) && b.sums.own[callee] == nil && !b.u.standardName(callee)
}

// tellsFrames reports whether a function that looks at the stack may say what it saw: in a result, unless that is
// dropped, or to a function that it calls with something.  What loggers, errors and assertions keep of it is for people.
func tellsFrames(sig *types.Signature, dropped bool) bool {
	results := sig.Results()
	for i := 0; i < results.Len() && !dropped; i++ {
		if t := results.At(i).Type(); !isError(t) && !(isBool(t) && asserts(sig)) {
			return true
		}
	}
	for i := 0; i < sig.Params().Len(); i++ {
		if called, ok := coreType(sig.Params().At(i).Type()).(*types.Signature); ok && called.Params().Len() > 0 {
			return true
		}
	}
	return false
}

// asserts reports whether a function is given a test, or an interface of nothing but what a test has, as failures are reported
// to: a bool that it gives says whether there was one.
func asserts(sig *types.Signature) bool {
	for i := 0; i < sig.Params().Len(); i++ {
		t := sig.Params().At(i).Type()
		if isTest(t) || isNamed(t, "testing", "TB") {
			return true
		}
		iface, ok := t.Underlying().(*types.Interface)
		if !ok || isTypeParam(t) {
			continue
		}
		fails := false
		ofTests := true
		for i := range iface.NumMethods() {
			fails = fails || iface.Method(i).Name() == "Errorf"
			ofTests = ofTests && testMethods[iface.Method(i).Name()]
		}
		if fails && ofTests {
			return true
		}
	}
	return false
}

var testMethods = map[string]bool{"Cleanup": true, "Error": true, "Errorf": true, "Fail": true, "FailNow": true, "Failed": true, "Fatal": true, "Fatalf": true, "Helper": true, "Log": true, "Logf": true, "Name": true}

// drops reports whether a call is a statement of its own, whose results nobody looks at, or gives what another package's
// function is called on in such a statement: log.V(2).Info("read").
func (b *body) drops(call *ast.CallExpr) bool {
	if b.dropped == nil {
		b.dropped = make(map[ast.Expr]bool)
		ast.Inspect(b.decl, func(n ast.Node) bool {
			if s, ok := n.(*ast.ExprStmt); ok {
				b.dropped[ast.Unparen(s.X)] = true
				b.dropChain(s.X)
			}
			return true
		})
	}
	return b.dropped[call]
}

// dropChain notes what a statement calls a method on that is of the same package as the function which gives it, another one than
// the package at hand and none of the library's.
func (b *body) dropChain(e ast.Expr) {
	outer, ok := ast.Unparen(e).(*ast.CallExpr)
	if !ok {
		return
	}
	sel, ok := b.u.callee(outer).(*ast.SelectorExpr)
	if !ok || !b.u.isMethodCall(sel) {
		return
	}
	inner, ok := ast.Unparen(sel.X).(*ast.CallExpr)
	if !ok {
		return
	}
	method, maker := b.u.static(sel), b.u.static(b.u.callee(inner))
	if method != nil && maker != nil && method.Pkg() == maker.Pkg() && maker.Pkg() != b.u.pkg && !b.u.standard(maker.Pkg()) {
		b.dropped[inner] = true
		b.dropChain(inner)
	}
}
