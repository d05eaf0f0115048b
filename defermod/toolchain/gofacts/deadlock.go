package main

import (
	"go/ast"
	"go/token"
	"go/types"
	"strings"
)

// A lock that each pass takes and only the deferred call of an earlier one gives back.

// deadlock reports whether whoever goes on in the loop waits for ever, for a lock that
// only the deferred call of an earlier pass gives back; and whether each pass takes it,
// whatever way it goes: then the function has never got past its second pass, and there
// is no behaviour to keep.
func (v *verdict) deadlock() (waits, always bool) {
	unlock, ok := ast.Unparen(v.s.Call.Fun).(*ast.SelectorExpr)
	if !ok || !v.isUnlock(v.s.Call) || !v.steady(unlock.X) {
		return false, false
	}
	lock := types.ExprString(unlock.X)
	other := false
	ast.Inspect(v.decl, func(n ast.Node) bool {
		call, ok := n.(*ast.CallExpr)
		_, starts := n.(*ast.GoStmt)
		other = other || starts || ok && call != v.s.Call && v.isUnlock(call)
		return !other
	})
	if other {
		return false, false
	}
	body := loopBody(v.loop)
	if body != nil && len(body.List) > 0 && len(v.list) > 0 && body.List[0] == v.list[0] {
		for _, s := range v.list {
			if s == ast.Stmt(v.s) {
				break
			}
			if jumps(s) {
				break // a pass may go round it
			}
			always = always || v.locks(s, lock, "")
		}
	}
	return always || v.relocks(lock), always && v.nothingAfter()
}

// jumps reports whether a statement may leave the list that it stands in other than by
// leaving the function.
func jumps(s ast.Stmt) bool {
	found := false
	ast.Inspect(s, func(n ast.Node) bool {
		if _, lit := n.(*ast.FuncLit); lit {
			return false
		}
		if b, ok := n.(*ast.BranchStmt); ok && b.Tok != token.FALLTHROUGH {
			found = true
		}
		return !found
	})
	return found
}

// nothingAfter reports whether the function does nothing more when a pass is over: it
// calls nothing, and reads nothing but its variables and constants, in the loop's head and behind the loop.
func (v *verdict) nothingAfter() bool {
	nothing := true
	look := func(n ast.Node) bool {
		switch n.(type) {
		case *ast.CallExpr, *ast.SelectorExpr, *ast.IndexExpr, *ast.StarExpr, *ast.UnaryExpr, *ast.FuncLit:
			nothing = false
		}
		return nothing
	}
	for _, i := range v.passes {
		for _, r := range v.flow.nodes[i].reads {
			if !v.inLoop(r) {
				ast.Inspect(r, look)
			}
		}
	}
	switch loop := v.loop.(type) {
	case *ast.ForStmt:
		if loop.Cond != nil {
			ast.Inspect(loop.Cond, look)
		}
		if loop.Post != nil {
			ast.Inspect(loop.Post, look)
		}
	case *ast.RangeStmt: // an iterator goes on after its pass, and who sends may wait for the lock
		switch coreType(v.typeOf(loop.X)).(type) {
		case *types.Signature, *types.Chan:
			return false
		}
	}
	return nothing
}

// isUnlock reports whether a call gives back what Lock takes. What family.txt calls unlocking is
// more: RUnlock, and Cond.Wait, which has the lock again when it returns.
func (v *verdict) isUnlock(call *ast.CallExpr) bool {
	return v.isMethod(call, "(*sync.Mutex).Unlock", "(*sync.RWMutex).Unlock")
}

// relocks reports whether every way on from the defer either leaves the function or
// comes to a statement that takes the lock again.
func (v *verdict) relocks(lock string) bool {
	const (
		open = iota + 1
		done
	)
	state := make(map[int]int)
	found := false
	var visit func(i int) bool
	visit = func(i int) bool {
		if i == 0 || state[i] == done {
			return true
		}
		if state[i] == open {
			return false // round and round without it
		}
		state[i] = open
		n := v.flow.nodes[i]
		for _, r := range n.reads {
			if s, ok := r.(ast.Stmt); ok && v.locks(s, lock, "") {
				found = true
				state[i] = done
				return true
			}
		}
		for _, next := range n.succ {
			if !visit(next) {
				return false
			}
		}
		state[i] = done
		return true
	}
	if start := v.deferNode(); start >= 0 {
		for _, next := range v.flow.nodes[start].succ {
			if !visit(next) {
				return false
			}
		}
	}
	return found
}

// locks reports whether a statement takes a lock for certain: calls its Lock, or a method
// that does so among its first statements.  In that method's body, own is the name of the
// receiver, and lock what comes after it.
func (v *verdict) locks(s ast.Stmt, lock, own string) bool {
	e, ok := s.(*ast.ExprStmt)
	if !ok {
		return false
	}
	call, ok := e.X.(*ast.CallExpr)
	if !ok {
		return false
	}
	sel, ok := ast.Unparen(call.Fun).(*ast.SelectorExpr)
	if !ok {
		return false
	}
	if v.isMethod(call, "(*sync.Mutex).Lock", "(*sync.RWMutex).Lock") {
		return types.ExprString(sel.X) == own+lock
	}
	field, ok := strings.CutPrefix(lock, types.ExprString(sel.X)+".")
	fn := v.u.static(sel)
	if own != "" || !ok || fn == nil {
		return false
	}
	decl := v.u.declOf(fn)
	if decl == nil || decl.Recv == nil || len(decl.Recv.List) != 1 || len(decl.Recv.List[0].Names) != 1 || pointee(fn.Type().(*types.Signature).Recv().Type()) == nil {
		return false
	}
	for _, s := range decl.Body.List {
		switch s.(type) {
		case *ast.ExprStmt, *ast.DeferStmt:
		default:
			return false
		}
		if v.locks(s, field, decl.Recv.List[0].Names[0].Name+".") {
			return true
		}
	}
	return false
}

func loopBody(loop ast.Stmt) *ast.BlockStmt {
	switch loop := loop.(type) {
	case *ast.ForStmt:
		return loop.Body
	case *ast.RangeStmt:
		return loop.Body
	}
	return nil
}
