package main

import (
	"go/ast"
	"go/types"
	"strconv"
)

// mayRelease has a bit for each operand, the receiver first, that the body of a function may
// release: it calls something on the operand, or on what that leads to, that releases.
func (f *family) mayRelease(decl *ast.FuncDecl) uint64 {
	index := f.operands(decl)
	if len(index) == 0 {
		return 0
	}
	var found uint64
	ast.Inspect(decl.Body, func(n ast.Node) bool {
		call, ok := n.(*ast.CallExpr)
		if !ok {
			return true
		}
		fun := f.u.callee(call)
		fn := f.u.static(fun)
		if fn == nil {
			return true
		}
		released := f.of(fn).releases
		for i, operand := range f.u.operandExprs(call) {
			if id := leadsFrom(operand); i < 64 && released&(1<<i) != 0 && id != nil {
				if k, ok := index[f.u.info.Uses[id]]; ok && k < 64 {
					found |= 1 << k
				}
			}
		}
		return true
	})
	return found
}

// leadsFrom returns the variable at which a chain of fields, elements and dereferences begins.
func leadsFrom(e ast.Expr) *ast.Ident {
	for {
		switch x := ast.Unparen(e).(type) {
		case *ast.Ident:
			return x
		case *ast.SelectorExpr:
			e = x.X
		case *ast.IndexExpr:
			e = x.X
		case *ast.StarExpr:
			e = x.X
		case *ast.UnaryExpr:
			e = x.X
		case *ast.TypeAssertExpr:
			e = x.X
		default:
			return nil
		}
	}
}

// closeOf is the method Close, without parameters, of a type; nil if it has none.
func closeOf(t types.Type) *types.Func {
	o, _, _ := types.LookupFieldOrMethod(t, true, nil, "Close")
	fn, ok := o.(*types.Func)
	if !ok || fn.Type().(*types.Signature).Params().Len() > 0 {
		return nil
	}
	return fn
}

// releaseWords says of a call which results are there to be released (opens), and which
// operands are handed over as something that cannot be closed (lends).
func (f *family) releaseWords(call *ast.CallExpr, fn *types.Func) []string {
	var words []string
	sig := fn.Type().(*types.Signature)
	for i := range sig.Results().Len() {
		if c := closeOf(sig.Results().At(i).Type()); c != nil && f.of(c).releases&1 != 0 {
			words = append(words, "opens="+strconv.Itoa(i))
		}
	}
	first := 0
	if f.u.isMethodCall(f.u.callee(call)) {
		first = 1
	}
	for i := range call.Args {
		if t := parameterType(sig, i, call.Ellipsis.IsValid()); t != nil && isConcrete(t) && closeOf(t) == nil {
			words = append(words, "lends="+strconv.Itoa(first+i))
		}
	}
	return words
}

func isConcrete(t types.Type) bool {
	_, param := types.Unalias(t).(*types.TypeParam)
	return !param
}
