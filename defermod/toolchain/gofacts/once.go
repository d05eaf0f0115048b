package main

import (
	"go/ast"
	"go/constant"
	"go/token"
	"go/types"
	"slices"
)

// Methods of the package that do nothing, or give no more than an error, when they are called again: by a flag that
// nobody takes back, by sync.Once, or because all that they do is one call of such a kind on one field.
//
// What other packages assign to a whole value of the type is not seen, nor what is done by reflection.

// again is what a method does on a receiver that it has been called on: nothing, but that it may wait for a lock.
type again struct{ nothing, waits bool }

// calledAgain is what a method of the package does when it is called again.
func (u *unit) calledAgain(name string) again {
	known, ok := u.oneTime[name]
	if ok {
		return known
	}
	for _, d := range u.functions() {
		if d.name == name && d.decl.Recv != nil && len(d.decl.Recv.List) == 1 && len(d.decl.Recv.List[0].Names) == 1 {
			recv, ok := u.info.Defs[d.decl.Recv.List[0].Names[0]].(*types.Var)
			if ok {
				known = u.oneTimeMethod(d.decl, recv)
			}
		}
	}
	if u.oneTime == nil {
		u.oneTime = make(map[string]again)
	}
	u.oneTime[name] = known
	return known
}

func (u *unit) oneTimeMethod(decl *ast.FuncDecl, recv *types.Var) again {
	elem := pointee(recv.Type())
	if elem == nil || !isNamedStruct(elem) || len(decl.Body.List) == 0 {
		return again{}
	}
	m := &oneTime{u: u, recv: recv, typ: elem}
	list := m.withoutLock(decl.Body.List)
	nothing := len(list) > 0 && (m.flag(list) || m.swap(list) || m.once(list) || m.oneCall(list)) && !m.replaced()
	return again{nothing, len(list) < len(decl.Body.List)}
}

// A oneTime is a method that is looked at.
type oneTime struct {
	u    *unit
	recv *types.Var
	typ  types.Type
}

// field is the unexported field of the receiver that an expression is; nil for all others.
func (m *oneTime) field(e ast.Expr) *types.Var {
	sel, ok := ast.Unparen(e).(*ast.SelectorExpr)
	if !ok {
		return nil
	}
	id, ok := ast.Unparen(sel.X).(*ast.Ident)
	if !ok || m.u.info.Uses[id] != m.recv {
		return nil
	}
	s := m.u.info.Selections[sel]
	if s == nil || s.Kind() != types.FieldVal || len(s.Index()) != 1 || s.Obj().Exported() {
		return nil
	}
	return s.Obj().(*types.Var).Origin()
}

// method is the field that a call is made on, and the name of what is called.
func (m *oneTime) method(e ast.Expr) (*types.Var, string, *ast.CallExpr) {
	call, ok := ast.Unparen(e).(*ast.CallExpr)
	if !ok {
		return nil, "", nil
	}
	sel, ok := m.u.callee(call).(*ast.SelectorExpr)
	if !ok || !m.u.isMethodCall(sel) {
		return nil, "", nil
	}
	fn := m.u.static(sel)
	if fn == nil {
		return nil, "", nil
	}
	return m.field(sel.X), funcName(fn), call
}

// withoutLock are the statements behind r.mu.Lock() and defer r.mu.Unlock().
func (m *oneTime) withoutLock(list []ast.Stmt) []ast.Stmt {
	if len(list) < 3 {
		return list
	}
	lock, ok := list[0].(*ast.ExprStmt)
	unlock, deferred := list[1].(*ast.DeferStmt)
	if !ok || !deferred {
		return list
	}
	x, name, _ := m.method(lock.X)
	y, other, _ := m.method(unlock.Call)
	if x != nil && x == y && (name == "(*sync.Mutex).Lock" && other == "(*sync.Mutex).Unlock" || name == "(*sync.RWMutex).Lock" && other == "(*sync.RWMutex).Unlock") {
		return list[2:]
	}
	return list
}

// guard is the condition of a statement that does no more than to return, if that holds.
func (m *oneTime) guard(s ast.Stmt) ast.Expr {
	branch, ok := s.(*ast.IfStmt)
	if !ok || branch.Init != nil || branch.Else != nil || len(branch.Body.List) != 1 {
		return nil
	}
	if ret, ok := branch.Body.List[0].(*ast.ReturnStmt); !ok || !m.silent(ret) {
		return nil
	}
	return ast.Unparen(branch.Cond)
}

// silent reports whether a node calls, sends and receives nothing.
func (m *oneTime) silent(n ast.Node) bool {
	return !(cfgNode{reads: []ast.Node{n}}).busy()
}

// flag: if r.closed { return }; r.closed = true.
func (m *oneTime) flag(list []ast.Stmt) bool {
	cond := m.guard(list[0])
	if cond == nil || len(list) < 2 {
		return false
	}
	x := m.field(cond)
	set, ok := list[1].(*ast.AssignStmt)
	if x == nil || !types.Identical(x.Type(), types.Typ[types.Bool]) || !ok || len(set.Lhs) != 1 || set.Tok != token.ASSIGN || m.field(set.Lhs[0]) != x || !m.isTrue(set.Rhs[0]) {
		return false
	}
	return m.onlyGets(x, m.isTrue)
}

func (m *oneTime) isTrue(e ast.Expr) bool {
	value := m.u.info.Types[e].Value
	return value != nil && value.Kind() == constant.Bool && constant.BoolVal(value)
}

// swap: if r.closed.Swap(true) { return }, or if !r.closed.CompareAndSwap(false, true) { return }.
func (m *oneTime) swap(list []ast.Stmt) bool {
	cond := m.guard(list[0])
	not, negated := cond.(*ast.UnaryExpr)
	if negated {
		if not.Op != token.NOT {
			return false
		}
		cond = not.X
	}
	x, name, call := m.method(cond)
	switch {
	case x == nil:
		return false
	case !negated && name == "(*sync/atomic.Bool).Swap" && m.isTrue(call.Args[0]):
	case negated && name == "(*sync/atomic.Bool).CompareAndSwap" && !m.isTrue(call.Args[0]) && m.isTrue(call.Args[1]):
	default:
		return false
	}
	return m.onlyCalls(x, func(name string, args []ast.Expr) bool {
		switch name {
		case "Load":
			return true
		case "Store", "Swap":
			return m.isTrue(args[0])
		case "CompareAndSwap":
			return m.isTrue(args[1])
		}
		return false
	})
}

// once: r.once.Do(...), and a return at most.
func (m *oneTime) once(list []ast.Stmt) bool {
	does, ok := list[0].(*ast.ExprStmt)
	if !ok || len(list) > 2 {
		return false
	}
	if len(list) == 2 {
		if ret, ok := list[1].(*ast.ReturnStmt); !ok || !m.silent(ret) {
			return false
		}
	}
	x, name, call := m.method(does.X)
	if x == nil || name != "(*sync.Once).Do" {
		return false
	}
	if _, ok := ast.Unparen(call.Args[0]).(*ast.FuncLit); !ok && !m.silent(call.Args[0]) {
		return false
	}
	return m.onlyCalls(x, func(name string, _ []ast.Expr) bool { return name == "Do" })
}

// oneCall: all that is done is one call on a field, of a function that does nothing when it is called again; the field may be
// asked before whether it is nil, and become nil behind it.
func (m *oneTime) oneCall(list []ast.Stmt) bool {
	var asked *types.Var
	if cond, ok := m.guard(list[0]).(*ast.BinaryExpr); ok && cond.Op == token.EQL && isNil(m.u, cond.Y) {
		if asked = m.field(cond.X); asked != nil {
			list = list[1:]
		}
	}
	if len(list) == 0 {
		return false
	}
	var made ast.Expr
	var then []ast.Stmt // what may return behind the call
	switch s := list[0].(type) {
	case *ast.ExprStmt:
		made = s.X
	case *ast.ReturnStmt:
		if len(s.Results) != 1 || len(list) > 1 {
			return false
		}
		made = s.Results[0]
	case *ast.AssignStmt:
		if len(s.Rhs) != 1 || len(s.Lhs) != 1 || m.field(s.Lhs[0]) != nil {
			return false
		}
		made = s.Rhs[0]
	case *ast.IfStmt:
		init, ok := s.Init.(*ast.AssignStmt)
		if !ok || len(init.Rhs) != 1 || init.Tok != token.DEFINE || s.Else != nil || !m.silent(s.Cond) {
			return false
		}
		made, then = init.Rhs[0], s.Body.List
	default:
		return false
	}
	x, name, call := m.method(made)
	if x == nil || pointee(x.Type()) == nil || len(call.Args) > 0 || asked != nil && asked != x {
		return false
	}
	if others, known := doneBy[name]; !known || others != nil {
		return false
	}
	for _, s := range slices.Concat(then, list[1:]) {
		switch s := s.(type) {
		case *ast.ReturnStmt:
			if !m.silent(s) {
				return false
			}
		case *ast.AssignStmt:
			if asked == nil || len(s.Lhs) != 1 || m.field(s.Lhs[0]) != x || !isNil(m.u, s.Rhs[0]) {
				return false
			}
		case *ast.IfStmt:
			if s.Init != nil || s.Else != nil || !m.silent(s) || len(s.Body.List) != 1 {
				return false
			}
			if _, ok := s.Body.List[0].(*ast.ReturnStmt); !ok {
				return false
			}
		default:
			return false
		}
	}
	return m.onlyGets(x, func(e ast.Expr) bool { return isNil(m.u, e) })
}

// onlyGets reports whether a field gets nothing in the package but what is such, and what literals make it with; nobody has
// its address.
func (m *oneTime) onlyGets(x *types.Var, such func(ast.Expr) bool) bool {
	only := true
	m.eachNode(func(n ast.Node) {
		if e := m.u.addressed(n); e != nil && m.selects(e, x) {
			only = false
		}
		if stmt, ok := n.(*ast.AssignStmt); ok && len(stmt.Lhs) == len(stmt.Rhs) && stmt.Tok == token.ASSIGN {
			for i, l := range stmt.Lhs {
				only = only && (!m.selects(l, x) || such(stmt.Rhs[i]))
			}
			return
		}
		eachStore(n, func(e ast.Expr) { only = only && !m.selects(e, x) })
	})
	return only
}

// onlyCalls reports whether all that is done with a field in the package is to call such methods of it.
func (m *oneTime) onlyCalls(x *types.Var, such func(name string, args []ast.Expr) bool) bool {
	called, used := 0, 0
	only := true
	m.eachNode(func(n ast.Node) {
		switch n := n.(type) {
		case *ast.CallExpr:
			if sel, ok := ast.Unparen(n.Fun).(*ast.SelectorExpr); ok && m.selects(sel.X, x) {
				called++
				only = only && such(sel.Sel.Name, n.Args)
			}
		case *ast.Ident:
			if v, ok := m.u.info.Uses[n].(*types.Var); ok && v.Origin() == x {
				used++
			}
		}
	})
	return only && called == used
}

// replaced reports whether the package assigns a whole value of the type to anything, or anything to the receiver, or lets a builtin
// or a function that is told the type do so.
func (m *oneTime) replaced() bool {
	found := false
	m.eachNode(func(n ast.Node) {
		eachStore(n, func(e ast.Expr) {
			id, isIdent := ast.Unparen(e).(*ast.Ident)
			if isIdent && (id.Name == "_" || m.u.info.Defs[id] != nil) {
				return
			}
			t := m.u.info.TypeOf(e)
			found = found || isIdent && m.u.info.Uses[id] == m.recv || t != nil && holdsWhole(t, m.typ)
		})
		switch n := n.(type) {
		case *ast.CallExpr:
			switch m.u.builtin(n) {
			case "append", "copy", "clear":
				if t, ok := coreType(m.u.info.TypeOf(n.Args[0])).(*types.Slice); ok {
					found = found || holdsWhole(t.Elem(), m.typ)
				}
			}
		case *ast.Ident:
			of := m.u.info.Instances[n].TypeArgs
			for i := range of.Len() {
				found = found || holdsWhole(of.At(i), m.typ) && !m.onlyPoints(n)
			}
		}
	})
	return found
}

// onlyPoints reports whether a name is that of an atomic pointer, which replaces nothing that it points to.
func (m *oneTime) onlyPoints(id *ast.Ident) bool {
	tn, ok := m.u.info.Uses[id].(*types.TypeName)
	return ok && isNamed(tn.Type(), "sync/atomic", "Pointer")
}

// holdsWhole reports whether a value of type t is one of another, or has one as a part.
func holdsWhole(t, part types.Type) bool {
	if named, ok := types.Unalias(t).(*types.Named); ok {
		if of, ok := types.Unalias(part).(*types.Named); ok && named.Origin() == of.Origin() {
			return true
		}
	}
	switch t := coreType(t).(type) {
	case *types.Array:
		return holdsWhole(t.Elem(), part)
	case *types.Struct:
		for i := range t.NumFields() {
			if holdsWhole(t.Field(i).Type(), part) {
				return true
			}
		}
	}
	return false
}

// selects reports whether an expression is a field of any value.
func (m *oneTime) selects(e ast.Expr, x *types.Var) bool {
	sel, ok := ast.Unparen(e).(*ast.SelectorExpr)
	if !ok {
		return false
	}
	v, ok := m.u.info.Uses[sel.Sel].(*types.Var)
	return ok && v.Origin() == x
}

func (m *oneTime) eachNode(visit func(ast.Node)) {
	for _, f := range m.u.files {
		ast.Inspect(f, func(n ast.Node) bool {
			if n != nil {
				visit(n)
			}
			return true
		})
	}
}
