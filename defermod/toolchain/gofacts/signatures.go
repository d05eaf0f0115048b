package main

import (
	"go/ast"
	"go/token"
	"go/types"
	"slices"
)

// States of a lexer, steps of a parser: functions whose signature names a type that only their package can name.  No
// other package can write one, so that a value of such a type is one of those that the package uses as values
// (the address-taken functions of a signature, as for C's function pointers), whichever variable it comes from, as long as
// no other package is given one to call, be it by reflection, or may give one that has the signature for being generic.

// functionValues are the declared functions and method expressions that a package uses as values, and the signatures
// of which that says nothing: those of literals and method values, which have more in them than a name, and of
// what is given to other packages, or becomes an interface.
type functionValues struct {
	named []heldFunc
	types []types.Type // of each
	loose []types.Type
}

// ofOwnSignature are the functions that a value of type t may be, if only the package can write its signature and
// writes no literals with it; nil if that is not known, and where callers know better.
func (u *unit) ofOwnSignature(t types.Type) []heldFunc {
	sig, ok := coreType(t).(*types.Signature)
	if !ok || !u.namesOwn(sig) {
		return nil
	}
	if u.values == nil {
		u.values = u.findValues()
	}
	for _, other := range u.values.loose {
		if types.Identical(sig, other) {
			return nil
		}
	}
	var list []heldFunc
	for i, f := range u.values.named {
		if types.Identical(sig, u.values.types[i]) {
			list = append(list, f)
		}
	}
	return list
}

// namesOwn reports whether a signature names a type of the package that is not exported, by itself or as what a pointer, a slice
// or a map leads to.
func (u *unit) namesOwn(sig *types.Signature) bool {
	for _, list := range []*types.Tuple{sig.Params(), sig.Results()} {
		for i := range list.Len() {
			t := innermost(list.At(i).Type(), types.Unalias)
			if named, ok := t.(*types.Named); ok && named.Obj().Pkg() == u.pkg && !named.Obj().Exported() && !u.exportedAs(named) {
				return true
			}
		}
	}
	return false
}

// innermost is the type of what pointers, slices, maps and channels of one another lead to in the end, as written says of each; nil
// for a type that is its own element.
func innermost(t types.Type, written func(types.Type) types.Type) types.Type {
	seen := make(map[types.Type]bool)
	for {
		t = written(t)
		elem, ok := t.(interface{ Elem() types.Type })
		if !ok {
			return t
		}
		if seen[t] {
			return nil
		}
		seen[t] = true
		t = elem.Elem()
	}
}

// exportedAs reports whether an exported alias of the package stands for a type.
func (u *unit) exportedAs(t *types.Named) bool {
	if u.aliased == nil {
		u.aliased = make(map[types.Type]bool)
		scope := u.pkg.Scope()
		for _, name := range scope.Names() {
			if alias, ok := scope.Lookup(name).(*types.TypeName); ok && alias.Exported() && alias.IsAlias() {
				u.aliased[types.Unalias(alias.Type())] = true
			}
		}
	}
	return u.aliased[t]
}

func (u *unit) findValues() *functionValues {
	all := &functionValues{}
	noted := make(map[heldFunc]bool)
	for _, o := range u.info.Defs {
		u.noteOpen(all, o)
	}
	for _, f := range u.files {
		var path []ast.Node
		ast.Inspect(f, func(n ast.Node) bool {
			if n == nil {
				path = path[:len(path)-1]
				return true
			}
			if e, ok := n.(ast.Expr); ok {
				u.noteValue(all, noted, e, path)
			}
			path = append(path, n)
			return true
		})
	}
	return all
}

// noteOpen notes what other packages can set, or give: exported variables and fields, and parameters of exported functions.
func (u *unit) noteOpen(all *functionValues, o types.Object) {
	if o == nil || !o.Exported() {
		return
	}
	switch o := o.(type) {
	case *types.Var:
		if sig := u.ownSignature(o.Type()); sig != nil && (o.IsField() || o.Parent() == u.pkg.Scope()) {
			all.loose = append(all.loose, sig)
		}
	case *types.Func:
		params := o.Type().(*types.Signature).Params()
		for i := range params.Len() {
			if sig := u.ownSignature(params.At(i).Type()); sig != nil {
				all.loose = append(all.loose, sig)
			}
		}
	}
}

// ownSignature is that of a function, or of those in a slice, a map or the like, if only the package can write it; nil for others.
func (u *unit) ownSignature(t types.Type) *types.Signature {
	if sig, ok := innermost(t, coreType).(*types.Signature); ok && u.namesOwn(sig) {
		return sig
	}
	return nil
}

// noteValue notes an expression whose value is a function, or a slice or a map of functions, path being what is around it.
func (u *unit) noteValue(all *functionValues, noted map[heldFunc]bool, e ast.Expr, path []ast.Node) {
	if _, ok := e.(*ast.ParenExpr); ok || !u.info.Types[e].IsValue() {
		return
	}
	if several, ok := u.info.TypeOf(e).(*types.Tuple); ok {
		u.noteSeveral(all, several, path)
		return
	}
	sig := u.ownSignature(u.info.TypeOf(e))
	if sig == nil {
		return
	}
	called := u.isCalled(e, path)
	if called && !u.isGivenIn(e, path) {
		return
	}
	if _, ok := e.(*ast.FuncLit); ok || called || !u.staysFunction(e, path) {
		all.loose = append(all.loose, sig)
		return
	}
	if _, ok := u.named(e).(*types.Func); ok {
		if f, ok := u.functionNamed(e); !ok {
			all.loose = append(all.loose, sig)
		} else if !noted[f] {
			noted[f] = true
			all.named, all.types = append(all.named, f), append(all.types, sig)
		}
	}
}

// noteSeveral notes the functions among several values of an expression, unless these are assigned to functions.
func (u *unit) noteSeveral(all *functionValues, values *types.Tuple, path []ast.Node) {
	for i := range values.Len() {
		sig := u.ownSignature(values.At(i).Type())
		if sig == nil {
			continue
		}
		var to ast.Expr
		switch around := path[len(path)-1].(type) {
		case *ast.AssignStmt:
			to = around.Lhs[i]
		case *ast.ValueSpec:
			to = around.Names[i]
		}
		if id, ok := to.(*ast.Ident); ok && id.Name == "_" {
			continue
		}
		if to == nil || !u.takesFunction(to) {
			all.loose = append(all.loose, sig)
		}
	}
}

// takesFunction reports whether what is assigned stays a function, in what is no field of a type for all types.
func (u *unit) takesFunction(left ast.Expr) bool {
	if sel, ok := ast.Unparen(left).(*ast.SelectorExpr); ok {
		if v, ok := u.info.Uses[sel.Sel].(*types.Var); ok && v.Origin() != v {
			return false
		}
	}
	return u.ownSignature(u.info.TypeOf(left)) != nil
}

// isGivenIn reports whether an expression is a parameter of a function around it: of one that is called each caller says
// which it is, which tells more than all that there are.
func (u *unit) isGivenIn(e ast.Expr, path []ast.Node) bool {
	v, ok := u.named(e).(*types.Var)
	for i := len(path) - 1; i >= 0 && ok; i-- {
		var params *ast.FieldList
		switch fn := path[i].(type) {
		case *ast.FuncLit:
			params = fn.Type.Params
		case *ast.FuncDecl:
			params = fn.Type.Params
		}
		if params != nil && params.Pos() <= v.Pos() && v.Pos() < params.End() {
			return true
		}
	}
	return false
}

// isCalled reports whether an expression is what a call calls, or the name in a selector, which is looked at as a whole.
func (u *unit) isCalled(e ast.Expr, path []ast.Node) bool {
	for i := len(path) - 1; i >= 0; i-- {
		switch around := path[i].(type) {
		case *ast.ParenExpr:
			continue
		case *ast.CallExpr:
			return u.callee(around) == e || ast.Unparen(around.Fun) == e
		case *ast.SelectorExpr:
			return around.Sel == e
		}
		break
	}
	return false
}

// staysFunction reports whether what is done with a value leaves it a function that only the package calls: it is put where
// functions are kept, compared, or given to a function of the package.
func (u *unit) staysFunction(e ast.Expr, path []ast.Node) bool {
	keeps := func(t types.Type) bool { return t != nil && u.ownSignature(t) != nil }
	for i := len(path) - 1; i >= 0; i-- {
		switch around := path[i].(type) {
		case *ast.ParenExpr:
			e = around
			continue
		case *ast.CallExpr:
			if u.info.Types[around.Fun].IsType() {
				return keeps(u.info.TypeOf(around.Fun))
			}
			if name := u.builtin(around); name == "append" {
				s, ok := coreType(u.info.TypeOf(around)).(*types.Slice)
				return ok && keeps(s.Elem())
			} else if name != "" {
				return name == "len" || name == "cap" || name == "copy" || name == "clear" || name == "delete"
			}
			if fn := u.static(u.callee(around)); fn != nil && (fn.Pkg() != u.pkg || isGeneric(fn)) {
				return false
			}
			sig, _ := coreType(u.info.TypeOf(around.Fun)).(*types.Signature)
			k := slices.Index(around.Args, e)
			return k >= 0 && keeps(parameterType(sig, k, around.Ellipsis.IsValid()))
		case *ast.AssignStmt:
			for k, right := range around.Rhs {
				if right == e && len(around.Lhs) == len(around.Rhs) {
					return u.takesFunction(around.Lhs[k])
				}
			}
			return !slices.Contains(around.Rhs, e)
		case *ast.ValueSpec:
			return around.Type == nil || keeps(u.info.TypeOf(around.Type))
		case *ast.ReturnStmt:
			return u.returnsFunction(around, e, path[:i], keeps)
		case *ast.KeyValueExpr:
			if around.Key == e {
				return true // a field
			}
			e = around
			continue
		case *ast.CompositeLit:
			if named, ok := types.Unalias(u.info.TypeOf(around)).(*types.Named); ok && named.TypeArgs() != nil {
				return false
			}
			for k, elt := range around.Elts {
				if elt == e {
					return keeps(elementType(u.info, u.info.TypeOf(around), around, k))
				}
			}
			return false
		case *ast.SendStmt:
			ch, ok := coreType(u.info.TypeOf(around.Chan)).(*types.Chan)
			return ok && keeps(ch.Elem())
		case *ast.RangeStmt:
			return around.Tok != token.ASSIGN
		case *ast.SelectorExpr: // a method of the function's
			return u.info.Selections[around] != nil
		case *ast.ExprStmt, *ast.BinaryExpr, *ast.IndexExpr, *ast.SliceExpr, *ast.Field, *ast.UnaryExpr, *ast.StarExpr, *ast.CaseClause:
			return true
		}
		return false
	}
	return false
}

// isGeneric reports whether a function or its receiver has type parameters: what has a signature of the package's in a call of it
// has another in its body.
func isGeneric(fn *types.Func) bool {
	sig := fn.Origin().Type().(*types.Signature)
	return sig.TypeParams() != nil || sig.RecvTypeParams() != nil
}

// returnsFunction reports whether a statement returns a value as what keeps says of the result's type.
func (u *unit) returnsFunction(s *ast.ReturnStmt, e ast.Expr, path []ast.Node, keeps func(types.Type) bool) bool {
	for i := len(path) - 1; i >= 0; i-- {
		var t types.Type
		switch fn := path[i].(type) {
		case *ast.FuncLit:
			t = u.info.TypeOf(fn)
		case *ast.FuncDecl:
			t = u.info.Defs[fn.Name].Type()
		default:
			continue
		}
		results := t.(*types.Signature).Results()
		for k, result := range s.Results {
			if result == e && results.Len() == len(s.Results) {
				return keeps(results.At(k).Type())
			}
		}
		return false
	}
	return false
}

// functionNamed is the declared function or the method expression that an expression is.
func (u *unit) functionNamed(e ast.Expr) (f heldFunc, ok bool) {
	switch x := ast.Unparen(e).(type) {
	case *ast.Ident:
		f.fn = u.static(x)
	case *ast.SelectorExpr:
		sel := u.info.Selections[x]
		if f.fn = u.static(x); sel != nil {
			if sel.Kind() != types.MethodExpr || f.fn == nil || isInterfaceMethod(f.fn) || len(sel.Index()) > 1 {
				return heldFunc{}, false
			}
			if recv := f.fn.Type().(*types.Signature).Recv(); (pointee(recv.Type()) == nil) != (pointee(sel.Recv()) == nil) {
				return heldFunc{}, false
			}
			f.method = true
		}
	}
	return f, f.fn != nil && f.fn.Type().(*types.Signature).TypeParams() == nil
}
