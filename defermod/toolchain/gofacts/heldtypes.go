package main

import (
	"go/ast"
	"go/types"
	"slices"
	"strings"
)

// makers find the types of what expressions of interface types are made with: by their text
// alone, through the results of the package's functions and of those whose facts say it.
type makers struct {
	u    *unit
	sums *summaries
	open []*types.Func // whose returns are looked at
}

// typesOf are the types of the values that an expression may have, as dynamicTypes spells them; ok is
// false if there may be others.
func (m *makers) typesOf(e ast.Expr, result int) (list []string, ok bool) {
	e = ast.Unparen(e)
	if isNil(m.u, e) {
		return nil, true
	}
	t := m.u.info.TypeOf(e)
	if several, ok := t.(*types.Tuple); ok {
		t = several.At(result).Type()
	}
	if !types.IsInterface(t) {
		return declaredType(t)
	}
	switch e := e.(type) {
	case *ast.TypeAssertExpr:
		return m.typesOf(e.X, 0)
	case *ast.CallExpr:
		if m.u.info.Types[e.Fun].IsType() {
			return m.typesOf(e.Args[0], 0)
		}
		return m.resultsOf(m.u.static(m.u.callee(e)), result)
	}
	return nil, false
}

// declaredType is one type in the spelling of dynamicTypes, if it is one that its package declares by name.
func declaredType(t types.Type) (list []string, ok bool) {
	star := ""
	if elem := pointee(t); elem != nil {
		t, star = elem, "*"
	}
	named, ok := types.Unalias(t).(*types.Named)
	if !ok || named.Obj().Pkg() == nil || named.Obj().Parent() != named.Obj().Pkg().Scope() {
		return nil, false
	}
	return []string{star + typeName(named)}, true
}

// resultsOf are the types of a result of a declared function.
func (m *makers) resultsOf(fn *types.Func, result int) (list []string, ok bool) {
	if fn == nil || isInterfaceMethod(fn) {
		return nil, false
	}
	if fn.Pkg() != m.u.pkg {
		e := m.sums.effectsOf(fn)
		return e.typesOf(result), e.typesOf(result) != nil
	}
	decl := m.u.declOf(fn)
	if decl == nil || decl.Body == nil || slices.Contains(m.open, fn.Origin()) || isNamedResult(decl) {
		return nil, false
	}
	m.open = append(m.open, fn.Origin())
	defer func() { m.open = m.open[:len(m.open)-1] }()
	ok = true
	ast.Inspect(decl.Body, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.FuncLit:
			return false
		case *ast.ReturnStmt:
			e, from := n.Results[0], result
			if len(n.Results) > 1 {
				e, from = n.Results[result], 0
			}
			more, known := m.typesOf(e, from)
			list, ok = append(list, more...), ok && known
		}
		return true
	})
	return list, ok
}

// isNamedResult reports whether a function may return what its text does not say at the return.
func isNamedResult(decl *ast.FuncDecl) bool {
	return decl.Type.Results == nil || len(decl.Type.Results.List[0].Names) > 0
}

func (e *effects) typesOf(result int) []string {
	if e == nil {
		return nil
	}
	return e.types[result]
}

// methodsHeld are the methods that the call of an interface's comes to, if its receiver is a field
// or variable that gets nothing but values of known types, and if all are in sight.
func (b *body) methodsHeld(fun ast.Expr, fn *types.Func) []*types.Func {
	if fn == nil || !isInterfaceMethod(fn) || !b.u.isMethodCall(fun) {
		return nil
	}
	x := ast.Unparen(fun.(*ast.SelectorExpr).X)
	if as, ok := x.(*ast.TypeAssertExpr); ok {
		x = as.X
	}
	v := b.u.keeper(x)
	if v == nil || !types.IsInterface(v.Type()) || !b.fieldsHold().knows(v) {
		return nil
	}
	found := make(map[string]bool) // by type, without the star: one of T and *T declares the method
	var list []*types.Func
	for _, t := range b.fieldsHold().types[v] {
		m := b.declaredMethod(t, fn)
		inSight := m != nil && b.hasBody(m)
		name := strings.TrimPrefix(t, "*")
		found[name] = found[name] || inSight
		if inSight && !slices.Contains(list, m) {
			list = append(list, m)
		}
	}
	for _, ok := range found {
		if !ok {
			return nil
		}
	}
	return list
}

// hasBody reports whether there is, or will be, a summary of a method.
func (b *body) hasBody(m *types.Func) bool {
	if m.Pkg() == b.u.pkg {
		decl := b.u.declOf(m)
		return decl != nil && decl.Body != nil
	}
	return b.sums.lookup(funcName(m)) != nil && b.sums.effectsOf(m) != nil
}

// declaredMethod is the method that a type declares itself under an interface's method's name.  Export data leaves
// out types that nothing exported leads to: of these a method with the interface's operands stands in.  It is nil
// for types without a name.
func (b *body) declaredMethod(t string, fn *types.Func) *types.Func {
	i := strings.LastIndexByte(t, '.')
	if i < 0 || strings.ContainsAny(t, " []{}()") {
		return nil
	}
	if tn := b.typeNamed(t); tn != nil {
		o, path, _ := types.LookupFieldOrMethod(types.NewPointer(tn.Type()), true, tn.Pkg(), fn.Name())
		if m, ok := o.(*types.Func); ok && len(path) == 1 {
			return m.Origin()
		}
		return nil
	}
	full := "(" + t + ")." + fn.Name()
	if m := b.sums.absent[full]; m != nil {
		return m
	}
	path := strings.TrimPrefix(t[:i], "*")
	pkg := types.NewPackage(path, path[strings.LastIndexByte(path, '/')+1:])
	var recv types.Type = types.NewNamed(types.NewTypeName(0, pkg, t[i+1:], nil), types.NewStruct(nil, nil), nil)
	if t[0] == '*' {
		recv = types.NewPointer(recv)
	}
	sig := fn.Type().(*types.Signature)
	sig = types.NewSignatureType(types.NewParam(0, pkg, "", recv), nil, nil, sig.Params(), sig.Results(), sig.Variadic())
	m := types.NewFunc(0, pkg, fn.Name(), sig)
	b.sums.absent[full] = m
	return m
}

// ownAmong are the methods in sight that the call of an interface's may come to by what is written, where the graph knows
// no types: what the library gives back, decodes or finds may be the package's own.  A contract never outvotes these.
func (b *body) ownAmong(call ast.Node, fn *types.Func) []method {
	site, ok := call.(*ast.CallExpr)
	if !ok || !b.u.isMethodCall(b.u.callee(site)) {
		return nil
	}
	x := b.u.callee(site).(*ast.SelectorExpr).X
	known, any := b.ownTypesIn(x, 0)
	switch t := b.typeOf(x); {
	case t != nil && !types.IsInterface(t): // the interface is embedded in it
		known = b.ownImplementers(fn.Type().(*types.Signature).Recv().Type())
	case any:
		known = b.ownImplementers(t)
	}
	var list []method
	for _, t := range known {
		m := b.methodNamed(t, fn.Name())
		if m.effects = b.sums.effectsNamed(m.name); m.effects != nil && b.sums.own[m.name] != nil {
			list = append(list, m)
		}
	}
	return list
}

// ownTypesIn are the package's types that an expression is written to have before it becomes an interface; any reports
// whether it may have any of them.
func (b *body) ownTypesIn(e ast.Expr, depth int) (list []string, any bool) {
	e = ast.Unparen(e)
	t := b.typeOf(e)
	if t != nil && !types.IsInterface(t) {
		if _, several := t.(*types.Tuple); !several {
			list, _ = declaredType(t)
			return list, false
		}
	}
	switch e := e.(type) {
	case *ast.Ident:
		v, ok := b.u.info.ObjectOf(e).(*types.Var)
		if !ok || depth > 4 || v.Parent() == b.u.pkg.Scope() {
			return nil, false
		}
		for _, d := range b.definitionsOf(v) {
			more, all := b.ownTypesIn(d.value, depth+1)
			list, any = append(list, more...), any || all
		}
		return list, any
	case *ast.TypeAssertExpr:
		i, ok := coreType(b.typeOf(e.X)).(*types.Interface)
		return nil, ok && i.Empty()
	case *ast.SelectorExpr:
		v, ok := b.u.info.ObjectOf(e.Sel).(*types.Var)
		return nil, ok && v.IsField() && v.Pkg() == b.u.pkg
	case *ast.CallExpr:
		fn := b.u.static(b.u.callee(e))
		return nil, fn != nil && fn.Pkg() == b.u.pkg && fn.Type().(*types.Signature).TypeParams() != nil
	}
	return nil, false
}

// ownImplementers are the package's types that implement an interface.
func (b *body) ownImplementers(t types.Type) []string {
	i, ok := t.Underlying().(*types.Interface)
	if !ok {
		return nil
	}
	var list []string
	for _, name := range b.u.pkg.Scope().Names() {
		tn, ok := b.u.pkg.Scope().Lookup(name).(*types.TypeName)
		if ok && !types.IsInterface(tn.Type()) && types.Implements(types.NewPointer(tn.Type()), i) {
			list = append(list, "*"+typeName(tn.Type()))
		}
	}
	return list
}
