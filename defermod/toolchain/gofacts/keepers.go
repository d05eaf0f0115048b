package main

import (
	"go/ast"
	"go/token"
	"go/types"
	"slices"
)

// A function value that a function calls is not known to it, but those are that the package itself puts where it comes from: in
// parameters, variables and fields, and by returning them.

// givenToKeeper finds the call of a function value that gets what ends with the iteration, where the package has one whose body keeps
// it come there.
func (v *verdict) givenToKeeper() *ast.CallExpr {
	for _, of := range v.dynamicallyLent() {
		if search := v.keeping(of.operand); search.any(of.call.Fun) {
			return of.call
		}
	}
	return nil
}

// decidedByBodies reports whether all that gets what ends with the iteration, for the call alone, are function values which are known: what
// the package calls the function with, and nobody else can.
func (v *verdict) decidedByBodies() bool {
	lent := v.dynamicallyLent()
	for _, of := range lent {
		if search := v.keeping(of.operand); search.any(of.call.Fun) || search.open || !search.found {
			return false
		}
	}
	return len(lent) > 0 && !v.lentByName()
}

// lentByName reports whether a declared function or method gets what ends with the iteration, and may lend it, or hand it to a function.
func (v *verdict) lentByName() bool {
	ended := v.ended()
	lends := func(in *invoke) bool {
		sum := v.sums.lookup(in.name)
		for i, arg := range in.args {
			if intersects(v.g.reach(v.g.pts[arg]), ended) && (in.abstract() || sum == nil || sum.unknown || slices.Contains(in.sig.isFunc, true) || sum.lends(in.sig.param(i))) {
				return true
			}
		}
		return false
	}
	found := false
	for _, stmt := range v.list {
		ast.Inspect(stmt, func(n ast.Node) bool {
			if call, ok := n.(*ast.CallExpr); ok && call != v.s.Call {
				found = found || v.invokes[call] != nil && lends(v.invokes[call]) || slices.ContainsFunc(v.through[call], lends)
			}
			return !found
		})
	}
	return found
}

// lends reports whether a method of an interface, or a function value, gets a parameter that by convention keeps nothing of it.
func (s *summary) lends(param int) bool {
	return slices.ContainsFunc(s.edges, func(e edge) bool { return e.to.kind == toLent && e.from.param() == param })
}

// A lentTo is the call of a function value that gets, as an operand, what ends with the iteration.
type lentTo struct {
	call    *ast.CallExpr
	operand int
}

func (v *verdict) dynamicallyLent() (list []lentTo) {
	ended := v.ended()
	for _, stmt := range v.list {
		ast.Inspect(stmt, func(n ast.Node) bool {
			call, ok := n.(*ast.CallExpr)
			if !ok || v.dynamics[call] == nil || v.onlyLiterals(v.dynamics[call]) { // these are in sight
				return true
			}
			for k, arg := range v.dynamics[call].args {
				if intersects(v.g.reach(v.g.pts[arg]), ended) {
					list = append(list, lentTo{call, k})
				}
			}
			return true
		})
	}
	return list
}

func (v *verdict) keeping(operand int) *keeperSearch {
	return &keeperSearch{u: v.u, h: v.h, sums: v.sums, operand: operand, seen: make(map[types.Object]bool)}
}

// A keeperSearch looks through the functions that the package puts somewhere for one whose body keeps an operand.
type keeperSearch struct {
	u       *unit
	h       *holder
	sums    *summaries
	operand int
	seen    map[types.Object]bool
	found   bool // any function
	open    bool // there may be others than it looked at, or what they do is taken on trust
}

// any reports whether an expression may be a function that keeps the operand, or have one in it.
func (s *keeperSearch) any(e ast.Expr) bool {
	e = ast.Unparen(e)
	switch e := e.(type) {
	case *ast.FuncLit:
		return s.literal(e)
	case *ast.CallExpr:
		return s.result(e, 0)
	case *ast.Ident, *ast.SelectorExpr:
		if fn := s.u.static(e); fn != nil {
			return s.declared(fn, s.u.isMethodCall(e))
		}
		if x, ok := s.u.named(e).(*types.Var); ok {
			return s.variable(x.Origin())
		}
		s.open = s.open || !isNil(s.u, e)
		return false
	}
	s.open = true
	return slices.ContainsFunc(takenOutOf(e), s.any)
}

// takenOutOf are what an expression may take a function out of.
func takenOutOf(e ast.Expr) (list []ast.Expr) {
	switch e := e.(type) {
	case *ast.CompositeLit:
		for _, elt := range e.Elts {
			if kv, ok := elt.(*ast.KeyValueExpr); ok {
				elt = kv.Value
			}
			list = append(list, elt)
		}
		return list
	case *ast.IndexExpr:
		return []ast.Expr{e.X}
	case *ast.IndexListExpr:
		return []ast.Expr{e.X}
	case *ast.SliceExpr:
		return []ast.Expr{e.X}
	case *ast.StarExpr:
		return []ast.Expr{e.X}
	case *ast.UnaryExpr: // &x, <-x
		return []ast.Expr{e.X}
	case *ast.TypeAssertExpr:
		return []ast.Expr{e.X}
	}
	return nil
}

func (s *keeperSearch) literal(lit *ast.FuncLit) bool {
	known := s.u.keptBy(s.sums, s.h, lit)
	s.found = true
	s.open = s.open || known == nil || known.trusts.has(s.operand)
	return known == nil || known.keeps.has(s.operand)
}

// declared is any for a declared function; bound says that it has its receiver.
func (s *keeperSearch) declared(fn *types.Func, bound bool) bool {
	s.found = true
	operand := s.operand
	if bound {
		operand++
	}
	if isInterfaceMethod(fn) {
		s.open = true
		return slices.ContainsFunc(s.sums.namesakes(fn), func(full string) bool { return s.sums.ownOf(full).keepsOperand(operand) })
	}
	sum := s.sums.lookup(funcName(fn))
	s.open = s.open || sum == nil || sum.unknown || sum.lends(operand) || s.sums.pends(fn)
	return sum != nil && sum.keepsOperand(operand)
}

// result is any for a result of a call.
func (s *keeperSearch) result(call *ast.CallExpr, result int) bool {
	if s.u.info.Types[call.Fun].IsType() || s.u.builtin(call) == "append" {
		return slices.ContainsFunc(call.Args, s.any)
	}
	s.open = true
	fn := s.u.static(s.u.callee(call))
	if fn == nil || s.seen[fn] {
		return false
	}
	s.seen[fn] = true
	decl := s.u.declOf(fn)
	if decl == nil {
		return false
	}
	results := fn.Type().(*types.Signature).Results()
	if result < results.Len() && results.At(result).Name() != "" && s.variable(fn.Origin().Type().(*types.Signature).Results().At(result)) {
		return true
	}
	found := false
	ast.Inspect(decl.Body, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.FuncLit:
			return false
		case *ast.ReturnStmt:
			switch {
			case result < len(n.Results) && len(n.Results) == results.Len():
				found = found || s.any(n.Results[result])
			case len(n.Results) == 1:
				found = found || s.definition(n.Results[0], result)
			}
		}
		return !found
	})
	return found
}

// definition is any for one of the values that an expression has.
func (s *keeperSearch) definition(e ast.Expr, result int) bool {
	if call, ok := ast.Unparen(e).(*ast.CallExpr); ok {
		return s.result(call, result)
	}
	return s.any(e)
}

// variable is any for all that a variable, parameter or field gets in the package.
func (s *keeperSearch) variable(x *types.Var) bool {
	if s.seen[x] {
		return false
	}
	s.seen[x] = true
	s.open = s.open || !s.isOwn(x)
	found := false
	for _, f := range s.u.files {
		ast.Inspect(f, func(n ast.Node) bool {
			for _, d := range gets(n) {
				found = found || s.u.isPlaceIn(d.left, x) && s.definition(d.value, d.result)
			}
			switch n := n.(type) {
			case *ast.FuncDecl:
				if fn, ok := s.u.info.Defs[n.Name].(*types.Func); ok && !found {
					found = s.parameter(fn, x)
				}
			case *ast.CompositeLit:
				found = found || s.element(n, x)
			}
			return !found
		})
	}
	return found
}

// isOwn reports whether nothing gets into a variable but what is assigned to it, or passed by calls of its function that name it: it is a
// local one, or a parameter of a declared function of the package that is no value.
func (s *keeperSearch) isOwn(x *types.Var) bool {
	own := !x.IsField() && x.Parent() != nil && x.Parent() != s.u.pkg.Scope()
	called := make(map[ast.Expr]bool)
	var of types.Object
	for _, f := range s.u.files {
		ast.Inspect(f, func(n ast.Node) bool {
			switch n := n.(type) {
			case *ast.UnaryExpr:
				own = own && !(n.Op == token.AND && s.u.isPlaceIn(n.X, x))
			case *ast.RangeStmt:
				for _, e := range []ast.Expr{n.Key, n.Value} {
					own = own && (e == nil || !s.u.isPlaceIn(e, x))
				}
			case *ast.FuncLit:
				own = own && !declares(n.Type, x)
			case *ast.FuncDecl:
				if declares(n.Type, x) {
					of = s.u.info.Defs[n.Name]
					own = own && n.Recv == nil && !n.Name.IsExported() && n.Body != nil && n.Type.TypeParams == nil && (n.Type.Results == nil || !(n.Type.Results.Pos() <= x.Pos() && x.Pos() < n.Type.Results.End()))
				}
			case *ast.CallExpr:
				called[s.u.callee(n)] = true
			}
			return own
		})
	}
	if of == nil || !own {
		return own
	}
	for id, o := range s.u.info.Uses {
		own = own && (o != of || called[id])
	}
	return own
}

func declares(t *ast.FuncType, x *types.Var) bool { return t.Pos() <= x.Pos() && x.Pos() < t.End() }

// isPlaceIn reports whether a place is a variable or field, or lies in what it has.
func (u *unit) isPlaceIn(place ast.Expr, x *types.Var) bool {
	switch l := ast.Unparen(place).(type) {
	case *ast.IndexExpr:
		return u.isPlaceIn(l.X, x)
	case *ast.StarExpr:
		return u.isPlaceIn(l.X, x)
	case *ast.Ident:
		return u.info.ObjectOf(l) == x
	case *ast.SelectorExpr:
		of, ok := u.info.Uses[l.Sel].(*types.Var)
		return ok && of.Origin() == x
	}
	return false
}

// element is any for what a composite literal gives a field.
func (s *keeperSearch) element(lit *ast.CompositeLit, x *types.Var) bool {
	if !x.IsField() {
		return false
	}
	t := s.u.info.TypeOf(lit)
	if elem := pointee(t); elem != nil {
		t = elem
	}
	of, ok := coreType(t).(*types.Struct)
	for i, elt := range lit.Elts {
		if kv, keyed := elt.(*ast.KeyValueExpr); keyed {
			if id, isName := kv.Key.(*ast.Ident); isName && s.u.isPlaceIn(id, x) && s.any(kv.Value) {
				return true
			}
		} else if ok && i < of.NumFields() && of.Field(i).Origin() == x && s.any(elt) {
			return true
		}
	}
	return false
}

// parameter is any for what the package calls a function with, if the variable is a parameter of that.
func (s *keeperSearch) parameter(fn *types.Func, x *types.Var) bool {
	sig := fn.Type().(*types.Signature)
	k := 0
	for k < sig.Params().Len() && sig.Params().At(k) != x {
		k++
	}
	if k == sig.Params().Len() {
		return false
	}
	found := false
	for _, f := range s.u.files {
		ast.Inspect(f, func(n ast.Node) bool {
			call, ok := n.(*ast.CallExpr)
			if !ok || found {
				return !found
			}
			callee := s.u.static(s.u.callee(call))
			if callee == nil || callee.Origin() != fn && !mayComeTo(callee, fn) {
				return true
			}
			first := k
			if callee.Type().(*types.Signature).Recv() != nil && !s.u.isMethodCall(s.u.callee(call)) {
				first++ // T.M
			}
			for i, arg := range call.Args {
				if i == first || i > first && k == sig.Params().Len()-1 && sig.Variadic() {
					found = found || s.any(arg)
				}
			}
			return !found
		})
	}
	return found
}

// mayComeTo reports whether the call of an interface's method may come to a declared one.
func mayComeTo(callee, fn *types.Func) bool {
	return isInterfaceMethod(callee) && fn.Type().(*types.Signature).Recv() != nil && callee.Name() == fn.Name() && sameSignature(callee.Type(), fn.Type())
}

// keepsOperand reports whether something that an operand leads to is elsewhere when a call is over, other than in a result.
func (s *summary) keepsOperand(operand int) bool {
	return slices.ContainsFunc(s.edges, func(e edge) bool {
		switch e.to.kind {
		case toHeap, toPool, toUnknown, toAwaited:
		case toParam, toItself, ofGiven:
			if e.to.param() == operand {
				return false
			}
		default:
			return false
		}
		return e.from == end{toParam, operand}
	})
}

// A kept says which of its parameters the body of a literal keeps: puts where others can reach them, or into what it has of the functions
// around it; and of which it takes on trust that others don't.
type kept struct{ keeps, trusts bitset }

// keptBy is what a literal keeps, nil if that is not known.
func (u *unit) keptBy(sums *summaries, h *holder, lit *ast.FuncLit) *kept {
	decl := u.declAround(lit)
	if u.keepers == nil {
		u.keepers = make(map[ast.Decl]map[*ast.FuncLit]*kept)
	}
	known, ok := u.keepers[decl]
	if !ok {
		known = u.findKeepers(sums, h, decl)
		u.keepers[decl] = known
	}
	return known[lit]
}

func (u *unit) declAround(lit *ast.FuncLit) ast.Decl {
	for _, f := range u.files {
		for _, d := range f.Decls {
			if d.Pos() <= lit.Pos() && lit.Pos() < d.End() {
				return d
			}
		}
	}
	return nil
}

// findKeepers has the literals of a declaration called with something new for each operand, and looks for where that is then; nil if
// the declaration is too large to know.
func (u *unit) findKeepers(sums *summaries, h *holder, decl ast.Decl) map[*ast.FuncLit]*kept {
	if decl == nil {
		return nil
	}
	b := readBody(u, h, sums, decl, false)
	b.asks = true
	b.outlasting()
	g := b.g
	given := make(map[obj][]obj)
	for _, o := range g.lits {
		for _, n := range g.objs[o].lit.params {
			probe := obj(0)
			if n != 0 {
				probe = g.newObject()
				g.point(n, probe)
			}
			given[o] = append(given[o], probe)
		}
	}
	if !g.solve() {
		return nil
	}
	keepers := make(map[*ast.FuncLit]*kept)
	for _, o := range g.lits {
		lit := g.objs[o].lit.decl
		outside := single(heap)
		outside.add(int(unknown))
		outside.add(int(pooled))
		for _, p := range b.params {
			if p >= 0 {
				outside.add(int(p))
			}
		}
		g.pts[g.objs[o].out].and(g.cells).each(func(i int) {
			if v := g.objs[i].v; v != nil && !(lit.Pos() <= v.Pos() && v.Pos() < lit.End()) {
				outside.add(i)
			}
		})
		kept := &kept{}
		for k, probe := range given[o] {
			if probe != 0 && g.reach(outside).has(int(probe)) {
				kept.keeps.add(k)
			}
			if probe != 0 && (b.pends || g.reach(single(lent)).has(int(probe))) {
				kept.trusts.add(k)
			}
		}
		keepers[lit] = kept
	}
	return keepers
}
