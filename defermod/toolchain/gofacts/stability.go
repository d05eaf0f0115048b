package main

import (
	"go/ast"
	"go/constant"
	"go/token"
	"go/types"
)

// constantVars are the variables of a package that nothing but their declaration
// ever gives a value, nor takes the address of: whoever has no facts about other
// packages sees only those that others can't name.  True: the value is no nil.
func (u *unit) constantVars() map[*types.Var]bool {
	if u.steady != nil {
		return u.steady
	}
	u.steady = make(map[*types.Var]bool)
	all := &scope{u: u, info: u.info, vars: make(map[*types.Var]*usage), ids: make(map[*types.Var]int)}
	for _, f := range u.files {
		for _, d := range f.Decls {
			ast.Inspect(d, func(n ast.Node) bool {
				switch n := n.(type) {
				case *ast.UnaryExpr, *ast.SliceExpr:
					if e := u.addressed(n); e != nil {
						all.address(e)
					}
				case *ast.SelectorExpr:
					if all.takesAddress(n) {
						all.address(n.X)
					}
				}
				if n != nil {
					eachStore(n, func(e ast.Expr) { all.store(e, nil) })
				}
				return true
			})
		}
	}
	for v, value := range u.declaredVars() {
		use := all.vars[v]
		if use != nil && (use.addressed || use.reassigned) || v.Exported() && !isError(v.Type()) {
			continue
		}
		u.steady[v] = value != nil && plainlyNonNil(u, value)
	}
	return u.steady
}

// declaredVars are the package's variables, each with the value that its declaration gives it alone, nil if there is none.
func (u *unit) declaredVars() map[*types.Var]ast.Expr {
	list := make(map[*types.Var]ast.Expr)
	for _, f := range u.files {
		for _, d := range f.Decls {
			gen, ok := d.(*ast.GenDecl)
			if !ok || gen.Tok != token.VAR {
				continue
			}
			for _, s := range gen.Specs {
				spec := s.(*ast.ValueSpec)
				for i, name := range spec.Names {
					v, ok := u.info.Defs[name].(*types.Var)
					if !ok {
						continue
					}
					list[v] = nil
					if len(spec.Values) == len(spec.Names) {
						list[v] = spec.Values[i]
					}
				}
			}
		}
	}
	return list
}

func plainlyNonNil(u *unit, e ast.Expr) bool {
	switch x := ast.Unparen(e).(type) {
	case *ast.UnaryExpr:
		return x.Op == token.AND
	case *ast.CompositeLit, *ast.FuncLit:
		return true
	case *ast.CallExpr:
		name := u.builtin(x)
		return name == "make" || name == "new"
	}
	return false
}

// alwaysCalls is the declared function that a variable of the package has for ever; nil if it may be another, or a literal.
func (u *unit) alwaysCalls(v *types.Var) *types.Func {
	if _, ok := v.Type().Underlying().(*types.Signature); !ok || !u.steadyVar(v) {
		return nil
	}
	if u.always == nil {
		u.always = make(map[*types.Var]*types.Func)
		for v, value := range u.declaredVars() {
			if fn, ok := u.named(ast.Unparen(value)).(*types.Func); ok && fn.Type().(*types.Signature).Recv() == nil {
				u.always[v] = fn
			}
		}
	}
	return u.always[v]
}

func (u *unit) constantNonNil(v *types.Var) bool {
	return v.Parent() == u.pkg.Scope() && u.constantVars()[v]
}

// steadyVar reports whether a package's variable has one value for ever.  An error
// that another package exports is taken for one: its importers compare with it.
func (u *unit) steadyVar(v *types.Var) bool {
	if v.Pkg() != u.pkg {
		return isError(v.Type()) && v.Pkg() != nil && v.Parent() == v.Pkg().Scope()
	}
	_, ok := u.constantVars()[v]
	return ok && v.Parent() == u.pkg.Scope()
}

// sentinel reports whether a variable is an error that says something and holds nothing: one
// of the standard library's, or one of the package that is made of constant text and never anything else.
func (u *unit) sentinel(v *types.Var) bool {
	if v.IsField() || !isError(v.Type()) || v.Pkg() == nil || v.Parent() != v.Pkg().Scope() {
		return false
	}
	if v.Pkg() != u.pkg {
		return u.standard(v.Pkg())
	}
	if u.sentinels == nil {
		u.sentinels = u.findSentinels()
	}
	return u.sentinels[v]
}

func (u *unit) findSentinels() map[*types.Var]bool {
	found := make(map[*types.Var]bool)
	for v, value := range u.declaredVars() {
		if value != nil && u.steadyVar(v) && u.saysOnly(value) {
			found[v] = true
		}
	}
	return found
}

// saysOnly reports whether a value is an error made of constant text.
func (u *unit) saysOnly(e ast.Expr) bool {
	call, ok := ast.Unparen(e).(*ast.CallExpr)
	if !ok || len(call.Args) == 0 {
		return false
	}
	fn := u.static(u.callee(call))
	if fn == nil || funcName(fn) != "errors.New" && funcName(fn) != "fmt.Errorf" {
		return false
	}
	for _, arg := range call.Args {
		if u.info.Types[arg].Value == nil {
			return false
		}
	}
	return true
}

// A lasting judges whether expressions give at the exits of a function what they
// give at a defer.  What can't have changed in between stays as it is in the text;
// all else has to be saved.
type lasting struct {
	s    *scope
	sums *summaries
	fn   ast.Node
	// since is the end of the defer: what stands before it in the function is not
	// run after it, or the defer stands in a loop, and the exit is its iteration's.
	since  token.Pos
	writes []*change
	// results are those that a return gives values to.
	assigned map[*types.Var]bool
}

// newLasting collects what may be written between the defer and the exits, calls
// of other deferred calls included.
func newLasting(s *scope, sums *summaries, fn ast.Node, typ *ast.FuncType, body *ast.BlockStmt, d *ast.DeferStmt) *lasting {
	l := &lasting{s: s, sums: sums, fn: fn, since: d.End(), assigned: make(map[*types.Var]bool)}
	w := newWalker(s, sums, fn)
	jumps := false
	ast.Inspect(body, func(n ast.Node) bool {
		if b, ok := n.(*ast.BranchStmt); ok && b.Tok == token.GOTO {
			jumps = true
		}
		_, lit := n.(*ast.FuncLit)
		return !lit
	})
	if jumps {
		l.since = token.NoPos
	}
	ast.Inspect(body, func(n ast.Node) bool {
		if n == nil || n == ast.Node(d) {
			return n != nil && l.since == token.NoPos
		}
		if n.End() <= l.since {
			return false
		}
		if _, ok := n.(*ast.FuncLit); ok {
			return false // what it may change is exposed
		}
		late := n.Pos() >= l.since
		if r, ok := n.(*ast.RangeStmt); ok {
			late = r.Body.Pos() >= l.since
		}
		switch n := n.(type) {
		case *ast.CallExpr:
			if !late {
				break
			}
			switch w.effect(n) {
			case unknownEffect:
				l.writes = append(l.writes, &change{whole: true})
			case stores:
				if t, ok := coreType(s.info.TypeOf(n.Args[0])).(*types.Slice); ok {
					l.writes = append(l.writes, &change{typ: t.Elem(), shared: true})
				} else if _, ok := coreType(s.info.TypeOf(n.Args[0])).(*types.Map); !ok {
					l.writes = append(l.writes, &change{whole: true})
				}
			}
		case *ast.UnaryExpr:
			if late && n.Op == token.ARROW {
				l.writes = append(l.writes, &change{whole: true})
			}
		case *ast.SendStmt, *ast.SelectStmt:
			l.writes = append(l.writes, &change{whole: true})
		case *ast.RangeStmt:
			switch rangeKind(s.info.TypeOf(n.X)) {
			case "channel", "function", "unknown":
				l.writes = append(l.writes, &change{whole: true})
			}
		case *ast.ReturnStmt:
			l.returned(typ, n)
		}
		if late {
			eachStore(n, func(e ast.Expr) {
				if wr := s.written(e, fn); wr != nil {
					l.writes = append(l.writes, wr)
				}
			})
		}
		return true
	})
	return l
}

// returned notes the named results that a return assigns to.
func (l *lasting) returned(typ *ast.FuncType, r *ast.ReturnStmt) {
	if typ.Results == nil || len(r.Results) == 0 {
		return
	}
	i := 0
	for _, field := range typ.Results.List {
		for _, name := range field.Names {
			v, _ := l.s.info.Defs[name].(*types.Var)
			same := false
			if i < len(r.Results) && v != nil {
				if id, ok := ast.Unparen(r.Results[i]).(*ast.Ident); ok {
					same = l.s.info.Uses[id] == v
				}
			}
			if v != nil && !same {
				l.assigned[v] = true
			}
			i++
		}
	}
}

// place reports whether what p is stays the same; lying: only where it lies is asked for.
func (l *lasting) place(p *spot, lying bool) bool {
	if p == nil {
		return false
	}
	if lying {
		// Up to the last pointer that is followed.
		last := 0
		for i, st := range p.steps {
			if st.field == nil {
				last = i
			}
		}
		hops := false
		for _, st := range p.steps {
			hops = hops || st.field == nil
		}
		if !hops {
			return true
		}
		return l.place(l.s.prefix(p, last), false)
	}
	if l.assigned[p.root] {
		return false
	}
	if use := l.s.vars[p.root]; use == nil || use.owner == nil {
		if !p.hops() && l.s.u.steadyVar(p.root) && plainValue(p.typ()) {
			return true
		}
	} else if !p.hops() && l.s.exposed(p.root, l.fn) {
		return false
	}
	return !l.written(p)
}

func (l *lasting) written(p *spot) bool {
	for _, wr := range l.writes {
		if l.s.changes(wr, p, l.fn, true) {
			return true
		}
	}
	return false
}

// prefix is p up to, and without, step n.
func (s *scope) prefix(p *spot, n int) *spot {
	q := &spot{root: p.root, key: s.id(p.root)}
	for _, st := range p.steps[:n] {
		q = s.extend(q, st)
	}
	return q
}

// plainValue: a value that is no more than itself, or leads elsewhere by a pointer.
func plainValue(t types.Type) bool {
	switch coreType(t).(type) {
	case *types.Struct, *types.Array, nil:
		return false
	}
	return true
}

// value reports whether an expression gives the same at the exits as at the defer.
func (l *lasting) value(e ast.Expr) bool {
	e = ast.Unparen(e)
	if tv, ok := l.s.info.Types[e]; ok && (tv.Value != nil || tv.IsNil() || tv.IsType()) {
		return true
	}
	switch x := e.(type) {
	case *ast.FuncLit:
		return true // it finds the variables as they are when it is called
	case *ast.Ident, *ast.StarExpr, *ast.SelectorExpr:
		if fn := l.s.u.static(e); fn != nil {
			return fn.Type().(*types.Signature).Recv() == nil
		}
		p := l.s.placeOf(e)
		return l.place(p, false)
	case *ast.UnaryExpr:
		if x.Op == token.AND {
			return l.place(l.s.placeOf(x.X), true)
		}
	}
	return false
}

// receiver reports whether the receiver of a method, made anew at the exits, would
// be what it was at the defer.
func (l *lasting) receiver(sel *ast.SelectorExpr) bool {
	chosen := l.s.info.Selections[sel]
	if chosen == nil {
		return l.s.u.static(sel) != nil // a function of a package
	}
	if chosen.Kind() != types.MethodVal {
		return chosen.Kind() == types.MethodExpr || l.value(sel)
	}
	p := l.s.receiverPlace(sel)
	if p == nil {
		return false
	}
	recv := chosen.Obj().Type().(*types.Signature).Recv()
	if pointee(recv.Type()) == nil && !types.IsInterface(recv.Type()) && pointee(p.typ()) != nil {
		return l.place(l.s.extend(p, step{nil, pointee(p.typ())}), false) // copied through the pointer
	}
	lies := pointee(recv.Type()) != nil && pointee(p.typ()) == nil
	return l.place(p, lies)
}

// function reports whether the function value of a call is the same at the exits.
func (l *lasting) function(call *ast.CallExpr) bool {
	if l.s.info.Types[call.Fun].IsType() || l.s.u.builtin(call) != "" {
		return true
	}
	fun := l.s.u.callee(call)
	switch x := ast.Unparen(fun).(type) {
	case *ast.FuncLit:
		return true
	case *ast.SelectorExpr:
		return l.receiver(x)
	case *ast.Ident:
		return l.value(x)
	}
	return false
}

// stays reports whether an expression of a return gives the same after the deferred
// calls as before them, whatever these change: constants, variables that nothing
// but the function's own statements can change, and what plain operators make of
// such.  A read of what others can reach is no such thing: it may be what a lock guards.
func (s *scope) stays(e ast.Expr, fn ast.Node) bool {
	e = ast.Unparen(e)
	tv, ok := s.info.Types[e]
	if ok && (tv.Value != nil || tv.IsNil() || tv.IsType()) {
		return true
	}
	all := func(list ...ast.Expr) bool {
		for _, x := range list {
			if !s.stays(x, fn) {
				return false
			}
		}
		return true
	}
	switch x := e.(type) {
	case *ast.FuncLit:
		return true
	case *ast.Ident:
		switch o := s.info.ObjectOf(x).(type) {
		case *types.Func:
			return true
		case *types.Var:
			return s.staysVar(o, fn)
		}
	case *ast.SelectorExpr:
		if s.info.Selections[x] == nil {
			switch o := s.info.Uses[x.Sel].(type) {
			case *types.Func:
				return true
			case *types.Var:
				return s.staysVar(o, fn)
			}
		}
		p := s.placeOf(x)
		return p != nil && !p.hops() && s.vars[p.root] != nil && s.vars[p.root].owner != nil && !s.exposed(p.root, fn)
	case *ast.UnaryExpr:
		switch x.Op {
		case token.AND:
			if lit, ok := ast.Unparen(x.X).(*ast.CompositeLit); ok {
				return s.stays(lit, fn)
			}
			p := s.placeOf(x.X)
			return p != nil && !p.hops()
		case token.ADD, token.SUB, token.NOT, token.XOR:
			return s.stays(x.X, fn)
		}
	case *ast.BinaryExpr:
		switch x.Op {
		case token.EQL, token.NEQ:
			plain := !mayHoldInterface(s.info.TypeOf(x.X)) || !mayHoldInterface(s.info.TypeOf(x.Y)) ||
				s.info.Types[x.X].IsNil() || s.info.Types[x.Y].IsNil()
			return plain && all(x.X, x.Y)
		case token.QUO, token.REM:
			by := s.info.Types[x.Y].Value
			return isNumber(by) && constant.Sign(by) != 0 && s.stays(x.X, fn)
		case token.SHL, token.SHR:
			return s.info.Types[x.Y].Value != nil && s.stays(x.X, fn)
		}
		return all(x.X, x.Y)
	case *ast.CompositeLit:
		return s.staysComposite(x, fn)
	case *ast.CallExpr:
		if len(x.Args) != 1 {
			return false
		}
		if s.info.Types[x.Fun].IsType() {
			from, to := s.info.TypeOf(x.Args[0]), s.info.TypeOf(x)
			_, a := coreType(from).(*types.Basic)
			_, b := coreType(to).(*types.Basic)
			return (a && b || types.IsInterface(to) && !isTypeParam(to)) && s.stays(x.Args[0], fn)
		}
		switch s.u.builtin(x) {
		case "len", "cap":
			return isSized(s.info.TypeOf(x.Args[0])) && s.stays(x.Args[0], fn)
		}
		if f := s.u.static(s.u.callee(x)); f != nil && funcName(f) == "errors.New" {
			return s.info.Types[x.Args[0]].Value != nil
		}
	}
	return false
}

func (s *scope) staysVar(v *types.Var, fn ast.Node) bool {
	if use := s.vars[v]; use == nil || use.owner == nil {
		return s.u.steadyVar(v) && plainValue(v.Type())
	}
	return !s.exposed(v, fn)
}

func (s *scope) staysComposite(x *ast.CompositeLit, fn ast.Node) bool {
	t := s.info.TypeOf(x)
	if el := pointee(t); el != nil {
		t = el
	}
	_, isStruct := coreType(t).(*types.Struct)
	m, isMap := coreType(t).(*types.Map)
	for _, e := range x.Elts {
		if kv, ok := e.(*ast.KeyValueExpr); ok {
			if !isStruct && !s.stays(kv.Key, fn) {
				return false
			}
			if isMap && mayHoldInterface(m.Key()) {
				return false
			}
			e = kv.Value
		}
		if !s.stays(e, fn) {
			return false
		}
	}
	return coreType(t) != nil
}
