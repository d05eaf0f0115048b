package main

import (
	"go/ast"
	"go/token"
	"go/types"
	"slices"
)

// A function may start a goroutine and return the channel by which that tells that it is over, as one that waits for a
// condition in the background does.  Whoever receives from it, or ranges over it to its end, has waited for the goroutine.

// tellsCallers is the end of the function through which callers can wait for a goroutine that it has started, -1 if there is
// none: a channel that is made here, is mentioned by the goroutine's signals and the returns alone, and is the same result of each
// return behind the start, which is passed once.
func (v *verdict) tellsCallers(s *spawn) int {
	if s.fn != ast.Node(v.decl) || v.mayRepeat(s.at) {
		return -1
	}
	for _, on := range s.signals {
		if on.kind != sends && on.kind != closes {
			continue
		}
		list := v.definitionsOf(on.on)
		if len(list) != 1 || list[0].left.Pos() != on.on.Pos() || !v.within(on.on, bodyOf(s.fn)) {
			continue
		}
		if made, ok := ast.Unparen(list[0].value).(*ast.CallExpr); !ok || v.u.builtin(made) != "make" {
			continue
		}
		if result, onlyEnd, ok := v.returnedAlone(s, on, list[0]); ok {
			if onlyEnd {
				return 2*result + 1
			}
			return 2 * result
		}
	}
	return -1
}

// mayRepeat reports whether a statement of the function may run more than once in a call: it stands in a loop, or jumps are in sight.
func (v *verdict) mayRepeat(at ast.Node) bool {
	found := false
	ast.Inspect(bodyOf(v.decl), func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.ForStmt, *ast.RangeStmt:
			found = found || n.Pos() <= at.Pos() && at.End() <= n.End()
		case *ast.BranchStmt:
			found = found || n.Tok == token.GOTO
		}
		return !found
	})
	return found
}

// returnedAlone tells which result a goroutine's channel is, and whether no more than its end tells that the goroutine is over.
func (v *verdict) returnedAlone(s *spawn, on signal, made definition) (result int, onlyEnd, ok bool) {
	result = -1
	returned := make(map[*ast.ReturnStmt]bool)
	ok = v.eachMention(on.on, func(id *ast.Ident, around []ast.Node) bool {
		if slices.Contains(on.uses, id) || len(around) == 0 {
			return true
		}
		switch n := around[len(around)-1].(type) {
		case *ast.AssignStmt, *ast.ValueSpec:
			return made.left == ast.Expr(id)
		case *ast.SendStmt:
			onlyEnd = true
			return n.Chan == ast.Expr(id) && on.kind == closes && s.lit.Pos() <= id.Pos() && id.Pos() < s.lit.End()
		case *ast.ReturnStmt:
			i := slices.IndexFunc(n.Results, func(e ast.Expr) bool { return ast.Unparen(e) == ast.Expr(id) })
			if len(n.Results) != v.sigResults.Len() || result >= 0 && i != result || v.inLiteral(around) {
				return false
			}
			result, returned[n] = i, true
			return true
		}
		return false
	})
	ast.Inspect(bodyOf(v.decl), func(n ast.Node) bool {
		if _, lit := n.(*ast.FuncLit); lit {
			return false
		}
		if ret, is := n.(*ast.ReturnStmt); is && ret.Pos() > s.at.Pos() && !returned[ret] {
			ok = false
		}
		return ok
	})
	return result, onlyEnd, ok && result >= 0 && !v.isMentioned(v.sigResults.At(result))
}

// isMentioned reports whether a variable is named anywhere but where it is declared: a named result may be set when the return has.
func (v *verdict) isMentioned(x *types.Var) bool {
	return !v.eachMention(x, func(id *ast.Ident, _ []ast.Node) bool { return id.Pos() == x.Pos() })
}

// inLiteral reports whether nodes around one are a function literal's.
func (v *verdict) inLiteral(around []ast.Node) bool {
	return slices.ContainsFunc(around, func(n ast.Node) bool { _, lit := n.(*ast.FuncLit); return lit })
}

// mayAwait makes, for a call with a channel among its results in a function that is judged, what has what goroutines of the callee
// have.
func (b *body) mayAwait(in *invoke) {
	results := in.fn.Type().(*types.Signature).Results()
	for i := range results.Len() {
		if _, ok := coreType(results.At(i).Type()).(*types.Chan); ok && b.g.judging && in.awaits == nil {
			in.awaits = &spawn{at: in.at, fn: b.function(), keeps: b.g.newObject(), tells: make(map[int]bool)}
			b.g.point(b.g.objs[in.awaits.keeps].in, in.awaits.keeps)
			b.spawns = append(b.spawns, in.awaits)
		}
	}
}

// awaited is what has what a goroutine of the callee has.
func (c *invoke) awaited(end int) obj {
	if c.awaits == nil {
		return heap
	}
	c.awaits.tells[end/2] = c.awaits.tells[end/2] || end%2 == 1
	return c.awaits.keeps
}

// awaitedResult returns the signal by which the place waits for the goroutine of a callee, on each way to its end: a variable
// that has nothing but the call's result, of which nothing is done but to receive.
func (v *verdict) awaitedResult(s *spawn, context *types.Var) *signal {
	if len(s.tells) != 1 {
		return nil
	}
	for result, onlyEnd := range s.tells {
		x := v.gets(s.at, result)
		if x == nil || !v.holds(x.Pos()) {
			return nil
		}
		only := v.eachMention(x, func(id *ast.Ident, around []ast.Node) bool {
			if len(around) == 0 {
				return false
			}
			switch n := around[len(around)-1].(type) {
			case *ast.UnaryExpr:
				return n.Op == token.ARROW
			case *ast.RangeStmt:
				return n.X == ast.Expr(id)
			case *ast.AssignStmt, *ast.ValueSpec:
				return slices.ContainsFunc(definitions(n), func(d definition) bool { return d.left == ast.Expr(id) })
			}
			return false
		})
		on := signal{on: x, kind: closes}
		if only && v.waits(s, on, func(n cfgNode) (here, atEnd bool) {
			received := !onlyEnd && v.receives(n, x)
			return received || v.waitsForEnd(n, context), n.over != nil && v.namedVar(n.over.X) == x
		}) {
			return &on
		}
	}
	return nil
}

// gets is the variable that a call's result is the only value of.
func (v *verdict) gets(call ast.Node, result int) *types.Var {
	var x *types.Var
	ast.Inspect(v.decl, func(n ast.Node) bool {
		for _, d := range definitions(n) {
			if ast.Unparen(d.value) == call && d.result == result {
				x = v.namedVar(d.left)
			}
		}
		return x == nil
	})
	if x == nil || len(v.definitionsOf(x)) != 1 {
		return nil
	}
	return x
}
