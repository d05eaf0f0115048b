package main

import (
	"go/ast"
	"go/token"
	"go/types"
)

// The graph follows names through strings and numbers as long as these stay strings
// and numbers.  Names also travel as bytes, as parts of them, as floats, in requests
// and in what a server answers.  Where code after the loop is at work in the world
// that the release changes, that is too little: then nothing that was computed with
// the resource, by whatever operation, may be left behind by the iteration.

// computedWith: what is released must not have been told to code after the loop.
func (v *verdict) computedWith() {
	class := effect(0)
	for _, n := range effectNames {
		if v.does.does[n.bit] != nil && n.bit&world&^environment != 0 {
			class |= n.bit
		}
	}
	if v.does.does[scratch] != nil || v.writesFiles() {
		class |= fileSystem
	}
	if class == 0 {
		return
	}
	v.laterEffects()
	if class&fileSystem != 0 {
		class |= scratch // by names that were chosen here
	}
	derived := v.released()
	if len(derived) == 0 {
		return
	}
	if v.after.has(class|anything) == nil {
		v.computedForLaterPasses(derived, class)
		return
	}
	what := "the resource"
	if x := v.rootVar(ast.Unparen(v.s.Call.Fun)); x != nil {
		what = x.Name()
	}
	v.eachDerived(derived, func(at ast.Node) {
		v.doubt(escapesIteration, "what was computed with "+what+" is known when the iteration is over, and may name it", nodeWitness(at), "told here")
	})
}

// eachDerived follows what is computed with a set of variables in the place, and calls leaves with each node
// through which some of it gets out.
func (v *verdict) eachDerived(derived map[*types.Var]bool, leaves func(ast.Node)) {
	for changed := true; changed; {
		changed = false
		visit := func(n ast.Node) bool {
			if n == ast.Node(v.s) {
				return false
			}
			if at := v.derive(n, derived, &changed); at != nil {
				leaves(at)
			}
			return true
		}
		for _, stmt := range v.list {
			ast.Inspect(stmt, visit)
		}
		for _, o := range v.g.lits {
			if lit := v.g.objs[o].lit.decl; !v.holds(lit.Pos()) && v.givenDerived(lit, derived) {
				ast.Inspect(lit.Body, visit)
			}
		}
	}
}

// derive follows what is computed with a set of variables through one node, and returns
// the node if some of that leaves the place.
func (v *verdict) derive(n ast.Node, derived map[*types.Var]bool, changed *bool) ast.Node {
	taint := func(e ast.Expr) bool {
		x := v.rootVar(partOf(e))
		if x == nil || isError(x.Type()) && !v.mine(x) {
			return false
		}
		if b, ok := coreType(x.Type()).(*types.Basic); ok && b.Info()&types.IsBoolean != 0 {
			return false
		}
		if x.IsField() || !v.local(x) || !v.mine(x) && !v.within(x, v.s) && !v.ofLiteral(x) {
			return true
		}
		if !derived[x] {
			derived[x] = true
			*changed = true
		}
		return false
	}
	uses := func(e ast.Expr) bool { return v.uses(e, derived) }
	switch n := n.(type) {
	case *ast.AssignStmt, *ast.ValueSpec:
		for _, d := range definitions(n) {
			if id, ok := d.left.(*ast.Ident); (!ok || id.Name != "_") && uses(d.value) && taint(d.left) {
				return n
			}
		}
		if as, ok := n.(*ast.AssignStmt); ok {
			for _, l := range as.Lhs {
				if index, ok := ast.Unparen(l).(*ast.IndexExpr); ok && uses(index.Index) && taint(index.X) {
					return n // where it stands says it
				}
			}
		}
	case *ast.IncDecStmt:
		if index, ok := ast.Unparen(n.X).(*ast.IndexExpr); ok && uses(index.Index) && taint(index.X) {
			return n
		}
	case *ast.RangeStmt:
		if uses(n.X) {
			for _, e := range []ast.Expr{n.Key, n.Value} {
				if e != nil && taint(e) {
					return n
				}
			}
		}
	case *ast.SendStmt:
		if uses(n.Value) {
			return n
		}
	case *ast.GoStmt:
		if uses(n.Call) {
			return n
		}
	case *ast.CallExpr:
		return v.deriveCall(n, uses, taint)
	}
	return nil
}

// ofLiteral reports whether a variable belongs to a literal inside the function.
func (v *verdict) ofLiteral(x *types.Var) bool {
	for _, o := range v.g.lits {
		if lit := v.g.objs[o].lit.decl; v.within(x, lit) && !(lit.Pos() <= v.loop.Pos() && v.loop.End() <= lit.End()) {
			return true
		}
	}
	return false
}

// partOf is what an expression is the address of, or a part of.
func partOf(e ast.Expr) ast.Expr {
	for {
		switch x := ast.Unparen(e).(type) {
		case *ast.UnaryExpr:
			e = x.X
		case *ast.SliceExpr:
			e = x.X
		default:
			return e
		}
	}
}

// uses reports whether an expression mentions one of the variables, other than in a
// comparison.
func (b *body) uses(e ast.Node, derived map[*types.Var]bool) bool {
	found := false
	ast.Inspect(e, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.BinaryExpr:
			switch n.Op {
			case token.EQL, token.NEQ, token.LSS, token.GTR, token.LEQ, token.GEQ:
				return false
			}
		case *ast.Ident:
			if x, ok := b.u.info.ObjectOf(n).(*types.Var); ok && derived[x] {
				found = true
			}
		}
		return !found
	})
	return found
}

// deriveCall: a call that is given something derived may store it in what its other
// operands lead to, in what everybody can reach, or send it to somebody else.
func (v *verdict) deriveCall(call *ast.CallExpr, uses func(ast.Expr) bool, taint func(ast.Expr) bool) ast.Node {
	if v.u.info.Types[call.Fun].IsType() {
		return nil
	}
	operands := v.u.operandExprs(call)
	given := false
	for _, arg := range operands {
		given = given || uses(arg)
	}
	if !given {
		return nil
	}
	if v.u.builtin(call) == "copy" {
		if uses(call.Args[1]) && taint(call.Args[0]) {
			return call
		}
		return nil
	}
	in := v.invokes[call]
	if in == nil {
		return v.deriveDynamic(call, uses, taint)
	}
	c := newCollector(v.body, v.sums)
	c.invoke(call, in, operands)
	if c.does[sharedMemory] != nil && c.does[output] == nil || v.logsHere(in) {
		return call
	}
	if c.does[network] != nil && !uses(v.firstText(call)) {
		return call // sent to somebody else
	}
	for i, arg := range operands {
		if uses(arg) || i >= len(in.args) {
			continue
		}
		for _, w := range c.writes {
			if intersects(w.objs, v.g.pts[in.args[i]]) && !v.writesWorld(arg) {
				if taint(arg) {
					return call
				}
			}
		}
	}
	return nil
}

// deriveDynamic: a literal gets what is derived as its parameters; of other function
// values it is not known what they do with it.
func (v *verdict) deriveDynamic(call *ast.CallExpr, uses func(ast.Expr) bool, taint func(ast.Expr) bool) ast.Node {
	d := v.dynamics[call]
	if d == nil {
		return nil // a builtin, or a literal that is called where it stands
	}
	known := !v.g.pts[d.fn].empty()
	v.g.pts[d.fn].each(func(i int) {
		lit := v.g.objs[i].lit
		if lit == nil {
			known = false
			return
		}
		var params []*ast.Ident
		for _, field := range lit.decl.Type.Params.List {
			params = append(params, field.Names...)
		}
		for k, arg := range call.Args {
			if k = min(k, len(params)-1); k >= 0 && uses(arg) {
				taint(params[k])
			}
		}
	})
	if !known {
		return call
	}
	return nil
}

// givenDerived reports whether a parameter of a literal is among what is derived.
func (v *verdict) givenDerived(lit *ast.FuncLit, derived map[*types.Var]bool) bool {
	for _, field := range lit.Type.Params.List {
		for _, name := range field.Names {
			if x, ok := v.u.info.Defs[name].(*types.Var); ok && derived[x] {
				return true
			}
		}
	}
	return false
}

// logsHere reports whether a call writes to a logger that the function has made itself.
func (v *verdict) logsHere(in *invoke) bool {
	here := false
	if recv := in.fn.Type().(*types.Signature).Recv(); recv != nil && len(in.args) > 0 {
		v.g.pts[in.args[0]].each(func(i int) {
			o := v.g.objs[i].call
			here = here || o != nil && (funcName(o.fn) == "log.New" || funcName(o.fn) == "log/slog.New")
		})
	}
	return here
}

// firstText is the first operand of a call that is a string, as an address is; the
// call itself if there is none.
func (v *verdict) firstText(call *ast.CallExpr) ast.Expr {
	for _, arg := range v.u.operandExprs(call) {
		if v.u.info.Types[arg].Value != nil {
			continue
		}
		if isString(v.typeOf(arg)) {
			return arg
		}
	}
	return call
}

// writesWorld reports whether an operand is a test: what it is told is for people.
func (v *verdict) writesWorld(e ast.Expr) bool {
	t := v.typeOf(e)
	if elem := pointee(t); elem != nil {
		t = elem
	}
	named, ok := types.Unalias(t).(*types.Named)
	return ok && named.Obj().Pkg() != nil && named.Obj().Pkg().Path() == "testing"
}
