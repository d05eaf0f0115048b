package main

import (
	"go/ast"
	"go/token"
	"go/types"
	"slices"
)

// Functions kept in fields and tables: the states of a machine, steps, hooks.  A field that only its
// package can name, and that gets nothing but declared functions and method expressions
// there, has one of these whenever it is called.  So with what is kept as an interface: if all that
// a field gets is made with known types, its methods are theirs.

// A heldFunc is a declared function or method expression that a field is given.
type heldFunc struct {
	fn     *types.Func
	method bool // T.M: the receiver is the first argument
}

// held is what the fields of function type, and variables of the package, are ever given: nil for those
// of which it is not known.
type held struct {
	funcs map[*types.Var][]heldFunc
	open  map[*types.Var]bool
	// loose are the names of fields of structs that are no declared types: their values, and
	// those of declared types, are assigned to one another without being converted.
	loose map[string]bool
	types map[*types.Var][]string // what those of interface types are made with, as dynamicTypes spells it
	makers
}

// knows reports whether a field or variable gets nothing but what was noted.
func (h *held) knows(v *types.Var) bool {
	return v != nil && !h.open[v] && !(v.IsField() && h.loose[v.Name()])
}

// fieldsHold is what the package's fields and variables are given.
func (b *body) fieldsHold() *held {
	if b.u.held == nil {
		b.u.held = b.u.findHeld(b.sums)
	}
	return b.u.held
}

// heldBy are the functions that an expression may be, if that is known: x.f of a field,
// a variable of the package, or whatever has a signature that only the package can write.
func (b *body) heldBy(e ast.Expr) []heldFunc {
	v := b.u.keeper(e)
	if index, ok := ast.Unparen(e).(*ast.IndexExpr); ok {
		v = b.u.tableOf(index.X)
	}
	if v != nil && b.fieldsHold().knows(v) {
		return b.fieldsHold().funcs[v]
	}
	return b.u.ofOwnSignature(b.typeOf(e))
}

// keeper is the field or the variable of the package that an expression names, if it has a
// function or interface type and no other package can name it.
func (u *unit) keeper(e ast.Expr) *types.Var {
	var id *ast.Ident
	switch x := ast.Unparen(e).(type) {
	case *ast.Ident:
		id = x
	case *ast.SelectorExpr:
		id = x.Sel
	default:
		return nil
	}
	v, ok := u.info.ObjectOf(id).(*types.Var)
	if !ok {
		return nil
	}
	v = v.Origin()
	if v.Pkg() != u.pkg || v.Exported() || !isHeld(v.Type()) || !v.IsField() && v.Parent() != u.pkg.Scope() {
		return nil
	}
	return v
}

func isHeld(t types.Type) bool {
	return isFunc(t) || types.IsInterface(t) && !isTypeParam(t) && !isError(t)
}

// tableOf is the variable of the package that an expression names, if it has functions by number
// or by key, and no other package can name it.
func (u *unit) tableOf(e ast.Expr) *types.Var {
	id, ok := ast.Unparen(e).(*ast.Ident)
	if !ok {
		return nil
	}
	v, ok := u.info.ObjectOf(id).(*types.Var)
	if !ok || v.Pkg() != u.pkg || v.Exported() || v.Parent() != u.pkg.Scope() {
		return nil
	}
	switch t := coreType(v.Type()).(type) {
	case *types.Array:
		ok = isFunc(t.Elem())
	case *types.Slice:
		ok = isFunc(t.Elem())
	case *types.Map:
		ok = isFunc(t.Elem())
	default:
		ok = false
	}
	if !ok {
		return nil
	}
	return v
}

// holdTables notes what the package's tables of functions get.  Whatever else is done with one but
// to take an element, its length, or to range over it may put anything into it.
func (u *unit) holdTables(h *held) {
	plain := make(map[ast.Expr]bool) // these uses are no more than that
	for _, f := range u.files {
		ast.Inspect(f, func(n ast.Node) bool {
			switch n := n.(type) {
			case *ast.IndexExpr:
				plain[ast.Unparen(n.X)] = true
			case *ast.RangeStmt:
				plain[ast.Unparen(n.X)] = true
				for _, e := range []ast.Expr{n.Key, n.Value} {
					u.openElement(h, e)
				}
			case *ast.UnaryExpr:
				if n.Op == token.AND {
					u.openElement(h, n.X)
				}
			case *ast.CallExpr:
				if u.builtin(n) == "len" {
					plain[ast.Unparen(n.Args[0])] = true
				}
			case *ast.ValueSpec:
				for i, name := range n.Names {
					if v := u.tableOf(name); v != nil && len(n.Values) == len(n.Names) {
						u.holdTable(h, v, n.Values[i])
					} else if v != nil && len(n.Values) > 0 {
						h.open[v] = true
					}
				}
			}
			for _, d := range definitions(n) {
				if index, ok := ast.Unparen(d.left).(*ast.IndexExpr); ok {
					if v := u.tableOf(index.X); v != nil {
						u.hold(h, v, d.value, d.result)
					}
				}
			}
			return true
		})
	}
	for id := range u.info.Uses {
		if v := u.tableOf(id); v != nil && !plain[id] {
			h.open[v] = true
		}
	}
}

// openElement: anything may be put where an element of a table is.
func (u *unit) openElement(h *held, e ast.Expr) {
	if index, ok := ast.Unparen(e).(*ast.IndexExpr); ok {
		if v := u.tableOf(index.X); v != nil {
			h.open[v] = true
		}
	}
}

func (u *unit) holdTable(h *held, v *types.Var, value ast.Expr) {
	switch x := ast.Unparen(value).(type) {
	case *ast.CompositeLit:
		for _, elt := range x.Elts {
			if kv, ok := elt.(*ast.KeyValueExpr); ok {
				elt = kv.Value
			}
			u.hold(h, v, elt, 0)
		}
	case *ast.CallExpr:
		h.open[v] = h.open[v] || u.builtin(x) != "make"
	default:
		h.open[v] = true
	}
}

// findHeld looks through the whole package, its tests included where these are at hand.
func (u *unit) findHeld(sums *summaries) *held {
	h := &held{
		funcs: make(map[*types.Var][]heldFunc), open: make(map[*types.Var]bool), loose: make(map[string]bool), types: make(map[*types.Var][]string),
		makers: makers{u: u, sums: sums},
	}
	declared := make(map[*ast.StructType]bool)
	for _, f := range u.files {
		ast.Inspect(f, func(n ast.Node) bool {
			switch n := n.(type) {
			case *ast.TypeSpec:
				if s, ok := n.Type.(*ast.StructType); ok {
					declared[s] = true
				}
			case *ast.StructType:
				for _, field := range n.Fields.List {
					for _, name := range field.Names {
						h.loose[name.Name] = h.loose[name.Name] || !declared[n]
					}
				}
			case *ast.UnaryExpr:
				if v := u.keeper(n.X); v != nil && n.Op == token.AND {
					h.open[v] = true
				}
			case *ast.RangeStmt:
				for _, e := range []ast.Expr{n.Key, n.Value} {
					if v := u.keeper(e); v != nil {
						h.open[v] = true
					}
				}
			case *ast.CompositeLit:
				u.holdElements(h, n)
			case *ast.CallExpr:
				if u.info.Types[n.Fun].IsType() {
					h.convert(u.info.TypeOf(n))
					if pointee(u.info.TypeOf(n)) != nil {
						h.convert(u.info.TypeOf(n.Args[0])) // its fields get what is stored through the other type
					}
				}
			}
			for _, d := range definitions(n) {
				if v := u.keeper(d.left); v != nil {
					u.hold(h, v, d.value, d.result)
				}
			}
			return true
		})
	}
	u.holdTables(h)
	return h
}

// hold notes one value of a field or variable: the result of that number, if several come of one expression.
func (u *unit) hold(h *held, v *types.Var, value ast.Expr, result int) {
	value = ast.Unparen(value)
	if isNil(u, value) || u.keeper(value) == v {
		return
	}
	if types.IsInterface(v.Type()) {
		list, ok := h.makers.typesOf(value, result)
		h.open[v] = h.open[v] || !ok
		h.types[v] = append(h.types[v], list...)
		return
	}
	f, ok := u.functionNamed(value)
	if !ok {
		h.open[v] = true
		return
	}
	if !slices.Contains(h.funcs[v], f) {
		h.funcs[v] = append(h.funcs[v], f)
	}
}

// holdElements notes what a composite literal gives the fields of a struct.
func (u *unit) holdElements(h *held, lit *ast.CompositeLit) {
	t := u.info.TypeOf(lit)
	if elem := pointee(t); elem != nil {
		t = elem
	}
	s, ok := coreType(t).(*types.Struct)
	for i, elt := range lit.Elts {
		kv, keyed := elt.(*ast.KeyValueExpr)
		switch {
		case keyed && ok:
			if v := u.keeper(kv.Key); v != nil && v.IsField() {
				u.hold(h, v, kv.Value, 0)
			}
		case ok && i < s.NumFields():
			if v := s.Field(i).Origin(); v.Pkg() == u.pkg && isHeld(v.Type()) {
				u.hold(h, v, elt, 0)
			}
		}
	}
}

// convert: a struct of another type with the same fields has other fields, whose values
// come from where nobody looks.
func (h *held) convert(t types.Type) {
	if t == nil {
		return
	}
	if elem := pointee(t); elem != nil {
		t = elem
	}
	if s, ok := coreType(t).(*types.Struct); ok {
		for i := range s.NumFields() {
			h.open[s.Field(i).Origin()] = true
		}
	}
}
