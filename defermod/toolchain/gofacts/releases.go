package main

import (
	"go/ast"
	"go/types"
	"strconv"
)

// mayDo has two sets of bits, one for each operand, the receiver first: those that the body of a function, or what that
// leads to, calls something on that releases them, and that unlocks them.
func (f *family) mayDo(decl *ast.FuncDecl) (releases, unlocks uint64) {
	index := f.u.operandPlaces(decl)
	if len(index) == 0 {
		return 0, 0
	}
	ast.Inspect(decl.Body, func(n ast.Node) bool {
		call, ok := n.(*ast.CallExpr)
		if !ok {
			return true
		}
		fn := f.u.static(f.u.callee(call))
		if fn == nil {
			return true
		}
		done := f.of(fn)
		if done.releases|done.unlocks == 0 {
			return true
		}
		for i, operand := range f.u.operandExprs(call) {
			if id := leadsFrom(operand); i < 64 && id != nil {
				if k, ok := index[f.u.info.Uses[id]]; ok && k < 64 {
					releases |= done.releases >> i & 1 << k
					unlocks |= done.unlocks >> i & 1 << k
				}
			}
		}
		return true
	})
	return releases, unlocks
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
func closeOf(t types.Type) *types.Func { return plainMethod(t, "Close") }

// plainMethod is a type's method of a name, where it has no parameters; nil if there is none.
func plainMethod(t types.Type, name string) *types.Func {
	o, _, _ := types.LookupFieldOrMethod(t, true, nil, name)
	fn, ok := o.(*types.Func)
	if !ok || fn.Type().(*types.Signature).Params().Len() > 0 {
		return nil
	}
	return fn
}

// endingNames are the names, besides Close, of methods that end what they are called on, where their
// bodies release something: other methods that do may only replace what they have closed.
var endingNames = []string{"Stop", "Shutdown", "Release", "Destroy", "Cleanup", "Disconnect"}

// releaseWord says how result i is released: opens=i by Close, opens=i:Stop by Stop; "" if it is not to be.
func (f *family) releaseWord(i int, t types.Type) string {
	word := "opens=" + strconv.Itoa(i)
	if c := closeOf(t); c != nil {
		if f.of(c).releases&1 != 0 {
			return word
		}
		return ""
	}
	for _, name := range endingNames {
		if m := plainMethod(t, name); m != nil && f.of(m).releases&1 != 0 {
			return word + ":" + name
		}
	}
	return ""
}

// releaseWords says of a call which results are there to be released (opens), and which
// operands are handed over as something that cannot be closed (lends).
func (f *family) releaseWords(call *ast.CallExpr, fn *types.Func) []string {
	var words []string
	sig := fn.Type().(*types.Signature)
	for i := range sig.Results().Len() {
		if word := f.releaseWord(i, sig.Results().At(i).Type()); word != "" {
			words = append(words, word)
		}
	}
	first := 0
	if f.u.isMethodCall(f.u.callee(call)) {
		first = 1
	}
	for i := range call.Args {
		if t := parameterType(sig, i, call.Ellipsis.IsValid()); t != nil && isConcrete(t) && !ends(t) {
			words = append(words, "lends="+strconv.Itoa(first+i))
		}
	}
	return words
}

// ends reports whether a type has a method that may end what it is called on.
func ends(t types.Type) bool {
	for _, name := range endingNames {
		if plainMethod(t, name) != nil {
			return true
		}
	}
	return closeOf(t) != nil
}

func isConcrete(t types.Type) bool {
	_, param := types.Unalias(t).(*types.TypeParam)
	return !param
}
