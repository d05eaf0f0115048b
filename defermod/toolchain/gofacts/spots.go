package main

import (
	"go/ast"
	"go/token"
	"go/types"
	"strconv"
	"strings"
)

// A spot is a place: a variable or a part of one, and what pointers in it lead to:
// a variable, then fields and dereferences.
type spot struct {
	root  *types.Var
	steps []step
	key   string
}

// A step is a dereference, or, with a field, a selection.
type step struct {
	field *types.Var // nil for a dereference
	typ   types.Type // of what the step leads to
}

func (p *spot) typ() types.Type {
	if len(p.steps) == 0 {
		return p.root.Type()
	}
	return p.steps[len(p.steps)-1].typ
}

// hops reports whether a pointer lies on the way.
func (p *spot) hops() bool {
	for _, s := range p.steps {
		if s.field == nil {
			return true
		}
	}
	return false
}

// within reports whether p is q or lies in what q names: q's steps begin p's.
func (p *spot) within(q *spot) bool {
	return p.root == q.root && (p.key == q.key || strings.HasPrefix(p.key, q.key+"."))
}

// partOf reports whether p is q or a part of it, no pointer between.
func (p *spot) partOf(q *spot) bool {
	if !p.within(q) {
		return false
	}
	for _, s := range p.steps[len(q.steps):] {
		if s.field == nil {
			return false
		}
	}
	return true
}

// A scope tells what may change the variables of one top-level declaration
// besides the assignments that stand in the function they belong to.
type scope struct {
	u    *unit
	info *types.Info
	vars map[*types.Var]*usage
	ids  map[*types.Var]int
	// functions are the declaration and its literals, outermost first.
	functions []ast.Node
	deferred  map[ast.Node]ast.Node // by literal that a defer statement calls, the function that has the statement
}

// usage is how one variable is used.
type usage struct {
	def        *ast.Ident
	owner      ast.Node // the innermost function that declares it; nil for a variable of a package
	addressed  bool     // its address, or one inside of it, is taken
	elsewhere  bool     // a literal in its function assigns to it, or to a part of it
	captured   bool     // a literal in its function mentions it
	kept       bool     // and one that is not called when its function is over, by a defer statement of that
	reassigned bool     // anything but its declaration gives it, or a part of it, a value
	looped     bool     // it belongs to the head of a loop
}

// changes reports whether the variable may get another value than its declaration's.
func (u *usage) changes() bool { return u.reassigned || u.addressed }

// newScope looks at a whole declaration once.
func newScope(u *unit, decl ast.Node) *scope {
	s := &scope{u: u, info: u.info, vars: make(map[*types.Var]*usage), ids: make(map[*types.Var]int), deferred: make(map[ast.Node]ast.Node)}
	s.look(decl)
	return s
}

// scopeOf is the scope of a declaration, which is looked at once.
func (u *unit) scopeOf(decl ast.Node) *scope {
	s := u.scopes[decl]
	if s == nil {
		s = newScope(u, decl)
		if u.scopes == nil {
			u.scopes = make(map[ast.Node]*scope)
		}
		u.scopes[decl] = s
	}
	return s
}

func (s *scope) id(v *types.Var) string {
	n, ok := s.ids[v]
	if !ok {
		n = len(s.ids)
		s.ids[v] = n
	}
	return "v" + strconv.Itoa(n)
}

func (s *scope) look(decl ast.Node) {
	var inside []ast.Node
	var stack []ast.Node
	ast.Inspect(decl, func(n ast.Node) bool {
		if n == nil {
			top := stack[len(stack)-1]
			stack = stack[:len(stack)-1]
			if len(inside) > 0 && inside[len(inside)-1] == top {
				inside = inside[:len(inside)-1]
			}
			return true
		}
		stack = append(stack, n)
		var here ast.Node
		if len(inside) > 0 {
			here = inside[len(inside)-1]
		}
		switch n := n.(type) {
		case *ast.FuncDecl, *ast.FuncLit:
			inside = append(inside, n)
			s.functions = append(s.functions, n)
		case *ast.Ident:
			if v, ok := s.info.Defs[n].(*types.Var); ok && !v.IsField() {
				use := s.usage(v)
				use.def = n
				if use.owner == nil && here != nil {
					use.owner = here
				}
			} else if v, ok := s.info.Uses[n].(*types.Var); ok && !v.IsField() {
				use := s.usage(v)
				if use.owner != nil && use.owner != here {
					use.captured = true
					use.kept = use.kept || s.deferred[here] != use.owner
				}
			}
		case *ast.DeferStmt:
			if lit, ok := ast.Unparen(n.Call.Fun).(*ast.FuncLit); ok {
				s.deferred[lit] = here
			}
		case *ast.UnaryExpr, *ast.SliceExpr:
			if e := s.u.addressed(n); e != nil {
				s.address(e)
			}
		case *ast.SelectorExpr:
			if s.takesAddress(n) {
				s.address(n.X)
			}
		case *ast.CaseClause:
			if v, ok := s.info.Implicits[n].(*types.Var); ok {
				use := s.usage(v)
				use.owner = here
			}
		case *ast.ForStmt:
			if a, ok := n.Init.(*ast.AssignStmt); ok && a.Tok == token.DEFINE {
				for _, l := range a.Lhs {
					s.loopVariable(l)
				}
			}
		case *ast.RangeStmt:
			if n.Tok == token.DEFINE {
				s.loopVariable(n.Key)
				s.loopVariable(n.Value)
			}
		}
		eachStore(n, func(target ast.Expr) { s.store(target, here) })
		return true
	})
}

func (s *scope) loopVariable(e ast.Expr) {
	if id, ok := e.(*ast.Ident); ok {
		if v, ok := s.info.Defs[id].(*types.Var); ok {
			s.usage(v).looped = true
		}
	}
}

func (s *scope) usage(v *types.Var) *usage {
	use := s.vars[v]
	if use == nil {
		use = new(usage)
		s.vars[v] = use
	}
	return use
}

// takesAddress reports whether a selector is a method, with a pointer as receiver,
// of something that is none: x.M is (&x).M then.
func (s *scope) takesAddress(sel *ast.SelectorExpr) bool {
	chosen := s.info.Selections[sel]
	if chosen == nil || chosen.Kind() != types.MethodVal {
		return false
	}
	recv := chosen.Obj().Type().(*types.Signature).Recv()
	return recv != nil && pointee(recv.Type()) != nil && !s.pathHops(chosen)
}

// pathHops reports whether a pointer is followed on the way that a selection
// stands for; that it selects a field or method of a pointer itself counts.
func (s *scope) pathHops(chosen *types.Selection) bool {
	t := chosen.Recv()
	index := chosen.Index()
	for _, i := range index[:len(index)-1] {
		if p := pointee(t); p != nil {
			return true
		}
		st, ok := coreType(t).(*types.Struct)
		if !ok {
			return true
		}
		t = st.Field(i).Type()
	}
	return pointee(t) != nil
}

// address notes that an address in the variable that e is a part of is taken.
func (s *scope) address(e ast.Expr) {
	if v := s.variableOf(e); v != nil {
		s.usage(v).addressed = true
	}
}

// store notes an assignment to e, or to a part of it, in the function here.
func (s *scope) store(e ast.Expr, here ast.Node) {
	if id, ok := ast.Unparen(e).(*ast.Ident); ok && s.info.Defs[id] != nil {
		return
	}
	if v := s.variableOf(e); v != nil {
		use := s.usage(v)
		use.reassigned = true
		use.elsewhere = use.elsewhere || use.owner != nil && use.owner != here
	}
}

// variableOf is the variable that e is, or is a part of: no pointer between.
func (s *scope) variableOf(e ast.Expr) *types.Var {
	for {
		switch x := ast.Unparen(e).(type) {
		case *ast.Ident:
			v, _ := s.info.ObjectOf(x).(*types.Var)
			return v
		case *ast.SelectorExpr:
			chosen := s.info.Selections[x]
			if chosen == nil {
				v, _ := s.info.Uses[x.Sel].(*types.Var) // of another package
				return v
			}
			if pointee(s.info.TypeOf(x.X)) != nil || chosen.Kind() == types.FieldVal && throughEmbedded(chosen) {
				return nil
			}
			e = x.X
		case *ast.IndexExpr:
			if _, ok := coreType(s.info.TypeOf(x.X)).(*types.Array); !ok {
				return nil
			}
			e = x.X
		default:
			return nil
		}
	}
}

// exposed reports whether other code than the statements of fn itself may change v.
func (s *scope) exposed(v *types.Var, fn ast.Node) bool {
	use := s.vars[v]
	if use == nil || use.owner == nil {
		return true // of a package
	}
	if use.owner == fn {
		return use.addressed || use.elsewhere
	}
	return use.addressed || use.reassigned || use.looped
}

// shared reports whether other code may change what p is, or what lies on the way to it.
func (s *scope) shared(p *spot, fn ast.Node) bool {
	return p.hops() || s.exposed(p.root, fn)
}

// placeOf is the place that an expression names, if it names one.
func (s *scope) placeOf(e ast.Expr) *spot {
	switch x := ast.Unparen(e).(type) {
	case *ast.Ident:
		if v, ok := s.info.ObjectOf(x).(*types.Var); ok && !v.IsField() && x.Name != "_" {
			return &spot{root: v, key: s.id(v)}
		}
	case *ast.StarExpr:
		if p := s.placeOf(x.X); p != nil {
			if t := pointee(p.typ()); t != nil {
				return s.extend(p, step{nil, t})
			}
		}
	case *ast.SelectorExpr:
		chosen := s.info.Selections[x]
		if chosen == nil {
			if v, ok := s.info.Uses[x.Sel].(*types.Var); ok && !v.IsField() {
				return &spot{root: v, key: s.id(v)}
			}
			return nil
		}
		if chosen.Kind() == types.FieldVal {
			return s.selected(s.placeOf(x.X), chosen.Index())
		}
	}
	return nil
}

// receiverPlace is the place that a method is called on: x, and the embedded fields
// on the way to the one that has the method.
func (s *scope) receiverPlace(sel *ast.SelectorExpr) *spot {
	chosen := s.info.Selections[sel]
	if chosen == nil {
		return nil
	}
	index := chosen.Index()
	return s.selected(s.placeOf(sel.X), index[:len(index)-1])
}

func (s *scope) selected(p *spot, index []int) *spot {
	for _, i := range index {
		if p == nil {
			return nil
		}
		if t := pointee(p.typ()); t != nil {
			p = s.extend(p, step{nil, t})
		}
		st, ok := coreType(p.typ()).(*types.Struct)
		if !ok {
			return nil
		}
		f := st.Field(i)
		p = s.extend(p, step{f.Origin(), f.Type()})
	}
	return p
}

func (s *scope) extend(p *spot, st step) *spot {
	key := p.key + ".*"
	if st.field != nil {
		key = p.key + "." + s.id(st.field)
	}
	return &spot{p.root, append(p.steps[:len(p.steps):len(p.steps)], st), key}
}

// A change is what a statement may change.
type change struct {
	// at is set where it is known what is written: a variable, or a place.
	at *spot
	// field and typ say what kind of memory is written if others can reach it:
	// a field, or anything of that type.
	field  *types.Var
	typ    types.Type
	shared bool
	whole  bool // anything that others can reach
}

// written is what an assignment to e changes; nil for an element of a map, which
// has no address.
func (s *scope) written(e ast.Expr, fn ast.Node) *change {
	e = ast.Unparen(e)
	t := s.info.TypeOf(e)
	if id, ok := e.(*ast.Ident); ok && id.Name == "_" {
		return nil
	}
	if p := s.placeOf(e); p != nil {
		w := &change{at: p, typ: t, shared: s.shared(p, fn)}
		if n := len(p.steps); n > 0 {
			w.field = p.steps[n-1].field
		}
		return w
	}
	switch x := e.(type) {
	case *ast.SelectorExpr:
		w := &change{typ: t, shared: true}
		if chosen := s.info.Selections[x]; chosen != nil && chosen.Kind() == types.FieldVal {
			w.field = chosen.Obj().(*types.Var).Origin()
		}
		if inner := s.base(x.X); inner != nil {
			w.at = inner.at
			w.shared = inner.shared
		}
		return w
	case *ast.IndexExpr:
		switch coreType(s.info.TypeOf(x.X)).(type) {
		case *types.Map:
			return nil
		case *types.Array:
			if inner := s.base(x.X); inner != nil {
				return &change{at: inner.at, typ: t, shared: inner.shared}
			}
		}
	}
	return &change{typ: t, shared: true}
}

// base is the place of the array that an element belongs to, or that the field of
// such an element lies in.
func (s *scope) base(e ast.Expr) *change {
	for {
		e = ast.Unparen(e)
		if p := s.placeOf(e); p != nil {
			if pointee(p.typ()) != nil {
				return nil
			}
			return &change{at: p, shared: p.hops() || s.vars[p.root] == nil || s.vars[p.root].addressed || s.vars[p.root].owner == nil || s.vars[p.root].elsewhere}
		}
		switch x := e.(type) {
		case *ast.IndexExpr:
			if _, ok := coreType(s.info.TypeOf(x.X)).(*types.Array); !ok {
				return nil
			}
			e = x.X
		case *ast.SelectorExpr:
			if pointee(s.info.TypeOf(x.X)) != nil {
				return nil
			}
			e = x.X
		default:
			return nil
		}
	}
}

// changes reports whether w may give p, as it is or on the way to it, another value.
// partly: an assignment to a part of p counts as well.
func (s *scope) changes(w *change, p *spot, fn ast.Node, partly bool) bool {
	if w.whole {
		return s.shared(p, fn)
	}
	if w.at != nil {
		if p.within(w.at) {
			return true
		}
		if partly && w.at.partOf(p) {
			return true
		}
		if !w.shared {
			return false
		}
	}
	exposed := s.exposed(p.root, fn)
	if exposed && s.overlaps(w, nil, p.root.Type(), partly && len(p.steps) == 0) {
		return true
	}
	for i, st := range p.steps {
		exposed = exposed || st.field == nil
		if exposed && s.overlaps(w, st.field, st.typ, partly && i == len(p.steps)-1) {
			return true
		}
	}
	return false
}

// overlaps reports whether what w writes may be, or hold, a thing of type t that is
// the given field of a struct, if it is one; partly: or may be a part of it.
func (s *scope) overlaps(w *change, field *types.Var, t types.Type, partly bool) bool {
	if w.field != nil && field != nil && types.Identical(w.typ, t) {
		return w.field == field
	}
	return holdsType(w.typ, t, 0) || partly && holdsType(t, w.typ, 0)
}

const deepestType = 12

// holdsType reports whether a variable of type t is, or has as a part of it, one of type part.
func holdsType(t, part types.Type, depth int) bool {
	if t == nil || part == nil || depth > deepestType || isTypeParam(t) || isTypeParam(part) {
		return true
	}
	if types.Identical(t, part) {
		return true
	}
	switch u := t.Underlying().(type) {
	case *types.Struct:
		if _, same := part.Underlying().(*types.Struct); same && sameOrigin(t, part) {
			return true
		}
		for i := 0; i < u.NumFields(); i++ {
			if holdsType(u.Field(i).Type(), part, depth+1) {
				return true
			}
		}
	case *types.Array:
		return holdsType(u.Elem(), part, depth+1)
	}
	return mayBeInstance(t) && mayBeInstance(part) && sameOrigin(t, part)
}

// sameOrigin: instances of one generic type may be the same type, too.
func sameOrigin(a, b types.Type) bool {
	x, ok := types.Unalias(a).(*types.Named)
	y, ok2 := types.Unalias(b).(*types.Named)
	return ok && ok2 && x.Origin() == y.Origin()
}

func mayBeInstance(t types.Type) bool {
	n, ok := types.Unalias(t).(*types.Named)
	return ok && n.TypeArgs().Len() > 0
}

func isTypeParam(t types.Type) bool {
	_, ok := types.Unalias(t).(*types.TypeParam)
	return ok
}

// eachStore calls f with whatever n itself assigns to; statements nested in it are not looked at.
func eachStore(n ast.Node, f func(ast.Expr)) {
	switch n := n.(type) {
	case *ast.AssignStmt:
		for _, l := range n.Lhs {
			f(l)
		}
	case *ast.IncDecStmt:
		f(n.X)
	case *ast.RangeStmt:
		if n.Key != nil {
			f(n.Key)
		}
		if n.Value != nil {
			f(n.Value)
		}
	}
}
