package main

import (
	"go/ast"
	"go/token"
	"go/types"
	"sort"
	"strings"
)

// To whom a variable belongs: to each passage of a place, to the loop, to the function.

func sortedVars(m map[*types.Var]ast.Node) []*types.Var {
	var list []*types.Var
	for x := range m {
		list = append(list, x)
	}
	sort.Slice(list, func(i, k int) bool { return list[i].Pos() < list[k].Pos() })
	return list
}

func (v *verdict) within(x *types.Var, n ast.Node) bool {
	return n.Pos() <= x.Pos() && x.Pos() < n.End()
}

// declaredIn reports whether a variable is declared in the function itself, not
// in a function around it.
func (v *verdict) declaredIn(x *types.Var, fn ast.Node) bool { return v.within(x, fn) }

// mine reports whether each passage of the place has its own x.
func (v *verdict) mine(x *types.Var) bool {
	if v.holds(x.Pos()) {
		return true
	}
	if clause := v.clauseOf(x); clause != nil && (v.holds(clause.Pos()) || len(clause.Body) > 0 && clause.Body[0] == v.list[0]) {
		return true
	}
	if v.old || x.Pos() < v.loop.Pos() || v.loop.End() <= x.Pos() {
		return false
	}
	// A variable of the header of the loop whose body the place is.
	switch loop := v.loop.(type) {
	case *ast.ForStmt:
		return loop.Body.List != nil && &loop.Body.List[0] == &v.list[0] && loop.Init != nil && loop.Init.Pos() <= x.Pos() && x.Pos() < loop.Init.End()
	case *ast.RangeStmt:
		return loop.Body.List != nil && &loop.Body.List[0] == &v.list[0] && loop.Tok == token.DEFINE && x.Pos() < loop.Body.Pos()
	}
	return false
}

// ofHelper reports whether a variable is that of a helper, and known to nobody else: what a call in the place has given it
// is gone when the place is over, as the call is.
func (v *verdict) ofHelper(x *types.Var) bool {
	if _, known := v.cells[x]; known {
		return false
	}
	var own *ast.FuncLit
	for _, o := range v.g.lits {
		lit := v.g.objs[o].lit.decl
		if v.within(x, lit) && (own == nil || own.Pos() < lit.Pos()) {
			own = lit
		}
	}
	if own == nil || own.Pos() <= v.start() && v.end() <= own.End() {
		return false
	}
	if v.overWhenCalled(own) {
		return true
	}
	is, known := v.helpers[own]
	if !known {
		is = v.isHelper(own)
		if v.helpers == nil {
			v.helpers = make(map[*ast.FuncLit]bool)
		}
		v.helpers[own] = is
	}
	return is
}

// overWhenCalled reports whether all calls of a literal that the place makes are over when it is, whoever has the literal:
// what a goroutine or a deferred call has is known of these, and no literal waits for the place unless a loop over a
// function, or a pull, is about.
func (v *verdict) overWhenCalled(lit *ast.FuncLit) bool {
	if _, declared := v.fn.(*ast.FuncDecl); !declared {
		return false // others may be what calls it
	}
	if v.suspends == nil {
		v.suspends = make(map[*ast.FuncLit]bool)
		ast.Inspect(v.decl, func(n ast.Node) bool {
			switch n := n.(type) {
			case *ast.GoStmt:
				v.suspend(n.Call)
			case *ast.DeferStmt:
				v.suspend(n.Call)
			case *ast.RangeStmt:
				if _, over := coreType(v.typeOf(n.X)).(*types.Signature); over || isTypeParam(v.typeOf(n.X)) {
					v.suspends[nil] = true
				}
			case *ast.CallExpr:
				if fn := v.u.static(v.u.callee(n)); fn != nil && pulls[funcName(fn)] {
					v.suspends[nil] = true
				}
			}
			return true
		})
	}
	return !v.suspends[nil] && !v.suspends[lit]
}

// suspend notes that a literal which is called here goes on, or is called later.
func (v *verdict) suspend(call *ast.CallExpr) {
	if lit, ok := ast.Unparen(call.Fun).(*ast.FuncLit); ok {
		v.suspends[lit] = true
	}
}

// isHelper reports whether a literal is the value of a variable that is only ever called, by
// whoever waits for the call: no goroutine, no deferred call and nobody who is given the literal.
func (v *verdict) isHelper(lit *ast.FuncLit) bool {
	var x *types.Var
	ast.Inspect(v.decl, func(n ast.Node) bool {
		for _, d := range definitions(n) {
			if d.value != nil && ast.Unparen(d.value) == ast.Expr(lit) {
				x = v.namedVar(d.left)
			}
		}
		return x == nil
	})
	if x == nil {
		return false
	}
	good := make(map[*ast.Ident]bool)
	call := func(call *ast.CallExpr) {
		if id, ok := ast.Unparen(call.Fun).(*ast.Ident); ok {
			good[id] = true
		}
	}
	only := true
	ast.Inspect(v.decl, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.GoStmt:
			only = only && v.namedVar(n.Call.Fun) != x
		case *ast.DeferStmt:
			only = only && v.namedVar(n.Call.Fun) != x
		case *ast.CallExpr:
			call(n)
		case *ast.AssignStmt:
			for _, l := range n.Lhs {
				if id, ok := l.(*ast.Ident); ok {
					good[id] = true
				}
			}
		case *ast.Ident:
			if v.u.info.Uses[n] == x && !good[n] {
				only = false
			}
		}
		return only
	})
	return only
}

// clauseOf is the clause of a type switch whose own variable x is, nil for others.
func (v *verdict) clauseOf(x *types.Var) *ast.CaseClause {
	if v.clauses == nil {
		v.clauses = make(map[*types.Var]*ast.CaseClause)
		for n, o := range v.u.info.Implicits {
			if clause, ok := n.(*ast.CaseClause); ok {
				if x, ok := o.(*types.Var); ok {
					v.clauses[x] = clause
				}
			}
		}
	}
	return v.clauses[x]
}

// ofHeader reports whether a variable is declared in the header of a loop with a post
// statement: what is in it goes on to the next iteration's.
func (v *verdict) ofHeader(x *types.Var) bool {
	loop, ok := v.loop.(*ast.ForStmt)
	return ok && loop.Init != nil && loop.Init.Pos() <= x.Pos() && x.Pos() < loop.Init.End()
}

func (v *verdict) resultVars() map[*types.Var]bool {
	results := make(map[*types.Var]bool)
	var sig *types.Signature
	switch fn := v.fn.(type) {
	case *ast.FuncDecl:
		sig, _ = v.u.info.Defs[fn.Name].Type().(*types.Signature)
	case *ast.FuncLit:
		sig, _ = v.typeOf(fn).(*types.Signature)
	}
	if sig != nil {
		for i := 0; i < sig.Results().Len(); i++ {
			results[sig.Results().At(i)] = true
		}
	}
	return results
}

// rootVar is the variable at the beginning of a path of fields and elements.
func (b *body) rootVar(e ast.Expr) *types.Var {
	for {
		switch x := ast.Unparen(e).(type) {
		case *ast.SelectorExpr:
			e = x.X
		case *ast.IndexExpr:
			e = x.X
		case *ast.StarExpr:
			e = x.X
		case *ast.Ident:
			o, _ := b.u.info.ObjectOf(x).(*types.Var)
			return o
		default:
			return nil
		}
	}
}

// declaredHere reports whether a variable is in scope at the place's end.
func (v *verdict) declaredHere(x *types.Var) bool {
	scope := x.Parent()
	return scope == nil || scope.Contains(v.end()) || scope.Pos() <= v.start() && v.end() <= scope.End()
}

// variesIn reports whether an expression has a variable in it that the loop gives
// another value each time.
func (v *verdict) variesIn(e ast.Expr) bool {
	varies := false
	ast.Inspect(e, func(n ast.Node) bool {
		if id, ok := n.(*ast.Ident); ok {
			if x, ok := v.u.info.ObjectOf(id).(*types.Var); ok && v.within(x, v.loop) {
				varies = true
			}
		}
		return !varies
	})
	return varies
}

// steady reports whether an expression is a path of fields of a variable from
// outside the loop, none of which the function assigns to.
func (v *verdict) steady(e ast.Expr) bool {
	for x := ast.Unparen(e); ; {
		switch y := x.(type) {
		case *ast.SelectorExpr:
			x = ast.Unparen(y.X)
			continue
		case *ast.Ident:
		default:
			return false
		}
		break
	}
	x := v.rootVar(e)
	if x == nil || v.within(x, v.loop) {
		return false
	}
	steady := true
	ast.Inspect(v.decl, func(n ast.Node) bool {
		if s, ok := n.(*ast.AssignStmt); ok && s.Tok != token.DEFINE {
			for _, l := range s.Lhs {
				if v.rootVar(l) == x && strings.HasPrefix(types.ExprString(e), types.ExprString(l)) {
					steady = false
				}
			}
		}
		return steady
	})
	return steady
}

// A definition is one of the values that a statement gives: result is which one, if value
// is a call with several.
type definition struct {
	left, value ast.Expr
	result      int
}

// definitionsOf are all definitions of a variable in the function at hand.
func (b *body) definitionsOf(x *types.Var) []definition {
	var list []definition
	ast.Inspect(b.decl, func(n ast.Node) bool {
		for _, d := range definitions(n) {
			if id, ok := d.left.(*ast.Ident); ok && b.u.info.ObjectOf(id) == x {
				list = append(list, d)
			}
		}
		return true
	})
	return list
}

// gets are the definitions of a node, those of a range among them: what it declares or assigns to gets an element.
func gets(n ast.Node) []definition {
	loop, ok := n.(*ast.RangeStmt)
	if !ok {
		return definitions(n)
	}
	var list []definition
	for i, e := range []ast.Expr{loop.Key, loop.Value} {
		if e != nil {
			list = append(list, definition{e, loop.X, i})
		}
	}
	return list
}

// definitions are those of an assignment or a declaration, none for other nodes.
func definitions(n ast.Node) []definition {
	var left, right []ast.Expr
	switch n := n.(type) {
	case *ast.AssignStmt:
		left, right = n.Lhs, n.Rhs
	case *ast.ValueSpec:
		for _, name := range n.Names {
			left = append(left, name)
		}
		right = n.Values
	}
	if len(right) == 0 {
		return nil
	}
	var list []definition
	for i, l := range left {
		if len(right) == len(left) {
			list = append(list, definition{l, right[i], 0})
		} else {
			list = append(list, definition{l, right[0], i})
		}
	}
	return list
}
