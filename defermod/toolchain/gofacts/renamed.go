package main

import (
	"go/ast"
	"go/types"
	"slices"
)

// A pointer to a type is converted to one to another that is the same but for its name, its methods and its tags: both lead to the
// same memory, by which type soever one of them is closed.

// renamedTo are the types that the package converts pointers to others to pointers to.
func (u *unit) renamedTo() []types.Type {
	if u.standard(u.pkg) {
		return nil // of the library it is stated what it keeps
	}
	var list []types.Type
	for e := range u.info.Types {
		call, ok := e.(*ast.CallExpr)
		if !ok || len(call.Args) != 1 || !u.info.Types[call.Fun].IsType() {
			continue
		}
		if to := pointee(u.info.TypeOf(call)); to != nil {
			from := pointee(u.info.TypeOf(call.Args[0]))
			if from != nil && !types.Identical(from, to) || from == nil && isNamedStruct(to) && !isNil(u, call.Args[0]) {
				list = append(list, to)
			}
		}
	}
	return list
}

// takesOthers reports whether a pointer to a type may be one to another type, converted: in the package at hand, or, as far as the
// types there tell, in that which declares it.
func (h *holder) takesOthers(t types.Type) bool {
	known, ok := h.renames[t]
	if !ok {
		known = h.isRenamed(t) || h.mayBeRenamed(t)
		h.renames[t] = known
	}
	return known
}

func (h *holder) isRenamed(t types.Type) bool {
	named, isNamed := types.Unalias(t).(*types.Named)
	for _, other := range h.renamed {
		if types.Identical(t, other) {
			return true
		}
		if generic, ok := types.Unalias(other).(*types.Named); ok && isNamed && generic.Origin() == named.Origin() {
			return true
		}
	}
	return false
}

// mayBeRenamed: a struct that another package of the program declares may be a type beside it with methods.
func (h *holder) mayBeRenamed(t types.Type) bool {
	named, ok := types.Unalias(t).(*types.Named)
	if !ok || named.Obj().Pkg() == nil || named.Obj().Pkg() == h.pkg || h.std(named.Obj().Pkg()) {
		return false
	}
	s, ok := named.Underlying().(*types.Struct)
	if !ok || s.NumFields() == 0 {
		return false
	}
	for _, pkg := range slices.Compact([]*types.Package{named.Obj().Pkg(), s.Field(0).Pkg()}) {
		if pkg == nil {
			continue
		}
		for _, name := range pkg.Scope().Names() {
			tn, ok := pkg.Scope().Lookup(name).(*types.TypeName)
			if !ok || tn.IsAlias() {
				continue
			}
			other, ok := tn.Type().(*types.Named)
			if ok && other != named.Origin() && types.IdenticalIgnoreTags(other.Underlying(), s) && h.worksInPlace(other) {
				return true
			}
		}
	}
	return false
}
