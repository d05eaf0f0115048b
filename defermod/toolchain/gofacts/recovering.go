package main

import (
	"go/ast"
	"go/token"
	"go/types"
)

// A recoverer knows which functions of a package panics are caught around: those
// that a function with a recovering defer can reach.  Calls of function values
// reach whatever of their type is used as a value, those of a variable that is only
// given literals just these; calls of methods of interfaces reach the methods of that
// name of all types that implement the interface; what another package is given it may
// call.
type recoverer struct {
	u       *unit
	sums    *summaries
	caught  map[any]string // a *types.Func or a *ast.FuncLit, to the name of the one that recovers
	edges   map[any][]any
	values  map[string][]any              // by signature: what is used as a value
	methods map[string][]*types.Func      // by name
	given   map[*types.Var][]*ast.FuncLit // variables that hold no other functions
}

// recoverers builds the package's call graph and walks it from all that recover.
func recoverers(u *unit, sums *summaries) *recoverer {
	r := &recoverer{
		u: u, sums: sums, caught: make(map[any]string), edges: make(map[any][]any),
		values: make(map[string][]any), methods: make(map[string][]*types.Func), given: onlyLiterals(u),
	}
	type root struct {
		node any
		name string
	}
	var roots []root
	for _, f := range u.files {
		for _, d := range f.Decls {
			var node any = d
			name := "a function literal"
			if decl, ok := d.(*ast.FuncDecl); ok {
				if fn, ok := u.info.Defs[decl.Name].(*types.Func); ok {
					node, name = fn, decl.Name.Name
					if decl.Recv != nil {
						r.methods[fn.Name()] = append(r.methods[fn.Name()], fn)
					}
				}
			}
			r.read(d, node, func(at any) { roots = append(roots, root{at, name}) })
		}
	}
	if len(roots) == 0 {
		return r
	}
	var visit func(n any, name string)
	visit = func(n any, name string) {
		if _, seen := r.caught[n]; seen {
			return
		}
		r.caught[n] = name
		for _, next := range r.edges[n] {
			switch next := next.(type) {
			case byType:
				for _, o := range r.values[string(next)] {
					visit(o, name)
				}
			case abstractCall:
				for _, o := range r.methods[next.name] {
					if next.mayBe(o) {
						visit(o, name)
					}
				}
			default:
				visit(next, name)
			}
		}
	}
	for _, from := range roots {
		visit(from.node, from.name)
	}
	return r
}

// byType is a call of a function value of this type.
type byType string

// An abstractCall is one of a method of an interface.
type abstractCall struct {
	of   *types.Interface
	name string
}

// mayBe reports whether the call may come to a method with that name.
func (m abstractCall) mayBe(fn *types.Func) bool {
	t := fn.Type().(*types.Signature).Recv().Type()
	if p := pointee(t); p != nil {
		t = p
	}
	named, ok := types.Unalias(t).(*types.Named)
	if !ok || named.TypeParams().Len() > 0 || m.of == nil {
		return true
	}
	return types.Implements(named, m.of) || types.Implements(types.NewPointer(named), m.of)
}

// read adds the edges that leave a function or a literal.
func (r *recoverer) read(top ast.Node, node any, recovers func(any)) {
	r.edges[node] = append(r.edges[node], []any(nil)...)
	called := make(map[ast.Expr]bool)
	ast.Inspect(top, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.FuncLit:
			if n == top {
				return true
			}
			r.edges[node] = append(r.edges[node], n)
			r.value(r.u.info.TypeOf(n), n)
			r.read(n, n, recovers)
			return false
		case *ast.DeferStmt:
			if r.recoversIn(n.Call) {
				recovers(node)
			}
		case *ast.CallExpr:
			fun := r.u.callee(n)
			called[ast.Unparen(fun)] = true
			if sel, ok := fun.(*ast.SelectorExpr); ok {
				called[sel.Sel] = true
			}
			fn := r.u.static(fun)
			switch {
			case fn == nil:
				if list, ok := r.literals(fun); ok {
					for _, lit := range list {
						r.edges[node] = append(r.edges[node], lit)
					}
				} else if t := r.u.info.TypeOf(fun); t != nil {
					if sig, ok := coreType(t).(*types.Signature); ok {
						r.edges[node] = append(r.edges[node], byType(spelled(sig)))
					}
				}
			case isInterfaceMethod(fn):
				of, _ := fn.Type().(*types.Signature).Recv().Type().Underlying().(*types.Interface)
				r.edges[node] = append(r.edges[node], abstractCall{of, fn.Name()})
			default:
				r.edges[node] = append(r.edges[node], fn.Origin())
				if fn.Pkg() != r.u.pkg {
					for _, arg := range n.Args {
						r.handed(node, r.u.info.TypeOf(arg))
					}
				}
			}
		case *ast.Ident:
			if fn, ok := r.u.info.Uses[n].(*types.Func); ok && !called[n] {
				r.edges[node] = append(r.edges[node], fn.Origin())
				r.value(fn.Type(), fn.Origin())
			}
		}
		return true
	})
}

// literals are all that a called function value may be; false if that is not known.
func (r *recoverer) literals(fun ast.Expr) ([]*ast.FuncLit, bool) {
	switch fun := ast.Unparen(fun).(type) {
	case *ast.FuncLit:
		return []*ast.FuncLit{fun}, true
	case *ast.Ident:
		if v, ok := r.u.info.Uses[fun].(*types.Var); ok {
			list, ok := r.given[v]
			return list, ok
		}
	}
	return nil, false
}

// onlyLiterals are the variables of functions that nothing but literals is assigned to, one
// of them where they are declared, and whose address nobody takes.
func onlyLiterals(u *unit) map[*types.Var][]*ast.FuncLit {
	given := make(map[*types.Var][]*ast.FuncLit)
	others := make(map[*types.Var]bool)
	declared := make(map[*types.Var]bool)
	variable := func(e ast.Expr) *types.Var {
		id, ok := ast.Unparen(e).(*ast.Ident)
		if !ok {
			return nil
		}
		v, _ := u.info.ObjectOf(id).(*types.Var)
		return v
	}
	for _, f := range u.files {
		ast.Inspect(f, func(n ast.Node) bool {
			for _, d := range definitions(n) {
				v := variable(d.left)
				if v == nil {
					continue
				}
				declared[v] = declared[v] || d.left.Pos() == v.Pos()
				if lit, ok := ast.Unparen(d.value).(*ast.FuncLit); ok {
					given[v] = append(given[v], lit)
				} else {
					others[v] = true
				}
			}
			switch n := n.(type) {
			case *ast.UnaryExpr:
				if v := variable(n.X); v != nil && n.Op == token.AND {
					others[v] = true
				}
			case *ast.RangeStmt:
				for _, e := range []ast.Expr{n.Key, n.Value} {
					if e != nil {
						if v := variable(e); v != nil {
							others[v] = true
						}
					}
				}
			case *ast.ValueSpec:
				for _, name := range n.Names {
					if v := variable(name); v != nil {
						declared[v] = true // as nil, or below
					}
				}
			}
			return true
		})
	}
	for v := range given {
		if others[v] || !declared[v] || v.Pkg() == nil || v.Parent() == v.Pkg().Scope() {
			delete(given, v)
		}
	}
	return given
}

func (r *recoverer) value(t types.Type, o any) {
	if sig, ok := coreType(t).(*types.Signature); ok {
		key := spelled(sig)
		r.values[key] = append(r.values[key], o)
	}
}

// spelled is a signature without receiver and names.
func spelled(sig *types.Signature) string {
	plain := func(t *types.Tuple) *types.Tuple {
		var list []*types.Var
		for i := 0; i < t.Len(); i++ {
			list = append(list, types.NewVar(0, nil, "", t.At(i).Type()))
		}
		return types.NewTuple(list...)
	}
	return types.TypeString(types.NewSignatureType(nil, nil, nil, plain(sig.Params()), plain(sig.Results()), sig.Variadic()), nil)
}

// handed: another package may call the methods of what it is given.
func (r *recoverer) handed(node any, t types.Type) {
	if p := pointee(t); p != nil {
		t = p
	}
	named, ok := types.Unalias(orInvalid(t)).(*types.Named)
	if !ok || named.Obj().Pkg() != r.u.pkg {
		return
	}
	for i := 0; i < named.NumMethods(); i++ {
		r.edges[node] = append(r.edges[node], named.Method(i).Origin())
	}
}

func orInvalid(t types.Type) types.Type {
	if t == nil {
		return types.Typ[types.Invalid]
	}
	return t
}

// recoversIn reports whether a deferred call stops panics.
func (r *recoverer) recoversIn(call *ast.CallExpr) bool {
	fun := r.u.callee(call)
	if lit, ok := ast.Unparen(fun).(*ast.FuncLit); ok {
		return ownRecover(r.u, lit.Body) != nil
	}
	if fn := r.u.static(fun); fn != nil && !isInterfaceMethod(fn) {
		if said := r.sums.recovers(funcName(fn)); said != nil {
			return *said
		}
		return false
	}
	if id, ok := ast.Unparen(fun).(*ast.Ident); ok {
		return r.literalRecovers(id)
	}
	return false
}

// literalRecovers: a variable of the package's functions that is given a literal
// with recover anywhere.
func (r *recoverer) literalRecovers(id *ast.Ident) bool {
	v, ok := r.u.info.Uses[id].(*types.Var)
	if !ok {
		return false
	}
	found := false
	for _, f := range r.u.files {
		if !(f.Pos() <= v.Pos() && v.Pos() < f.End()) {
			continue
		}
		ast.Inspect(f, func(n ast.Node) bool {
			a, ok := n.(*ast.AssignStmt)
			if !ok || len(a.Lhs) != len(a.Rhs) {
				return true
			}
			for i, l := range a.Lhs {
				name, ok := l.(*ast.Ident)
				if !ok || r.u.info.ObjectOf(name) != v {
					continue
				}
				if lit, ok := a.Rhs[i].(*ast.FuncLit); ok {
					found = found || r.recoversIn(&ast.CallExpr{Fun: lit})
				}
			}
			return true
		})
	}
	return found
}

// isHandler reports whether net/http calls a function, and recovers its panics:
// func(http.ResponseWriter, *http.Request), ServeHTTP among them.
func isHandler(sig *types.Signature) bool {
	p := sig.Params()
	return p.Len() == 2 && isNamed(p.At(0).Type(), "net/http", "ResponseWriter") &&
		pointee(p.At(1).Type()) != nil && isNamed(pointee(p.At(1).Type()), "net/http", "Request")
}

func isNamed(t types.Type, path, name string) bool {
	n, ok := types.Unalias(t).(*types.Named)
	return ok && n.Obj().Pkg() != nil && n.Obj().Pkg().Path() == path && n.Obj().Name() == name
}
