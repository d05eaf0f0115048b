package main

import (
	"go/token"
	"go/types"
)

func isExported(name string) bool { return token.IsExported(name) }

// reachableMethods returns the names of the exported methods of all types of
// other packages that the exported names of pkg lead to.
func reachableMethods(pkg *types.Package) map[string]bool {
	w := &typeWalk{pkg: pkg, seen: make(map[types.Type]bool), methods: make(map[string]bool)}
	scope := pkg.Scope()
	for _, name := range scope.Names() {
		if o := scope.Lookup(name); o.Exported() {
			w.visit(o.Type())
		}
	}
	return w.methods
}

type typeWalk struct {
	pkg     *types.Package
	seen    map[types.Type]bool
	methods map[string]bool
}

func (w *typeWalk) visit(t types.Type) {
	if t == nil || w.seen[t] {
		return
	}
	w.seen[t] = true
	switch t := t.(type) {
	case *types.Alias:
		w.visit(types.Unalias(t))
	case *types.Named:
		w.named(t)
	case *types.Pointer:
		w.visit(t.Elem())
	case *types.Slice:
		w.visit(t.Elem())
	case *types.Array:
		w.visit(t.Elem())
	case *types.Chan:
		w.visit(t.Elem())
	case *types.Map:
		w.visit(t.Key())
		w.visit(t.Elem())
	case *types.Signature:
		w.visit(t.Params())
		w.visit(t.Results())
	case *types.Tuple:
		for i := 0; i < t.Len(); i++ {
			w.visit(t.At(i).Type())
		}
	case *types.Struct:
		for i := 0; i < t.NumFields(); i++ {
			if f := t.Field(i); f.Exported() || f.Embedded() {
				w.visit(f.Type())
			}
		}
	case *types.Interface:
		for i := 0; i < t.NumMethods(); i++ {
			w.visit(t.Method(i).Type())
		}
	}
}

func (w *typeWalk) named(t *types.Named) {
	for i := 0; i < t.TypeArgs().Len(); i++ {
		w.visit(t.TypeArgs().At(i))
	}
	origin := t.Origin()
	if origin != t {
		w.visit(origin)
		return
	}
	foreign := t.Obj().Pkg() != nil && t.Obj().Pkg() != w.pkg
	for i := 0; i < t.NumMethods(); i++ {
		m := t.Method(i)
		if !m.Exported() {
			continue
		}
		if foreign {
			w.methods[funcName(m)] = true
		}
		w.visit(m.Type())
	}
	w.visit(t.Underlying())
}
