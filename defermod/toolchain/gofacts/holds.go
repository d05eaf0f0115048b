package main

import "go/types"

// What a value of a type can hold on to.
const (
	holdsNothing = "none"  // numbers, strings, and structs and arrays of them
	holdsMemory  = "bytes" // a slice of such: memory, but nothing that can be closed
	holdsError   = "error" // the type error
	holdsRefs    = "ref"   // anything else
)

// A holder classifies types, remembering the answers.
type holder map[types.Type]bool

// class is the long answer, for the report.
func (h holder) class(t types.Type) string {
	switch {
	case t == nil || !h.refs(t):
		return holdsNothing
	case isError(t):
		return holdsError
	}
	if s, ok := t.Underlying().(*types.Slice); ok && !h.refs(s.Elem()) {
		return holdsMemory
	}
	return holdsRefs
}

// refs reports whether a value of type t can hold a reference to memory.
// Strings count as not holding: what they refer to never changes.
// A value of a type parameter may hold anything.
func (h holder) refs(t types.Type) bool {
	if t == nil {
		return false
	}
	if known, ok := h[t]; ok {
		return known
	}
	h[t] = true // for types that are invalid because they contain themselves
	answer := h.compute(t)
	h[t] = answer
	return answer
}

func (h holder) compute(t types.Type) bool {
	if _, ok := types.Unalias(t).(*types.TypeParam); ok {
		return true
	}
	switch t := t.Underlying().(type) {
	case *types.Basic:
		return t.Kind() == types.UnsafePointer || t.Kind() == types.Invalid
	case *types.Array:
		return h.refs(t.Elem())
	case *types.Struct:
		for i := 0; i < t.NumFields(); i++ {
			if h.refs(t.Field(i).Type()) {
				return true
			}
		}
		return false
	case *types.Tuple:
		for i := 0; i < t.Len(); i++ {
			if h.refs(t.At(i).Type()) {
				return true
			}
		}
		return false
	}
	return true
}

// plain reports whether what t leads to, if anything, is memory without
// references: slices of numbers, pointers to structs of strings, and so on.
func (h holder) plain(t types.Type) bool {
	if t == nil {
		return false
	}
	if _, ok := types.Unalias(t).(*types.TypeParam); ok {
		return false
	}
	switch t := t.Underlying().(type) {
	case *types.Pointer:
		return !h.refs(t.Elem())
	case *types.Slice:
		return !h.refs(t.Elem())
	case *types.Map:
		return !h.refs(t.Key()) && !h.refs(t.Elem())
	}
	return false
}

func isError(t types.Type) bool {
	return t != nil && types.Identical(t, types.Universe.Lookup("error").Type())
}

// pointee returns what a pointer type points to, and nil for other types.
func pointee(t types.Type) types.Type {
	if t == nil {
		return nil
	}
	if p, ok := t.Underlying().(*types.Pointer); ok {
		return p.Elem()
	}
	return nil
}

// isFunc reports whether values of type t are called as they are.
func isFunc(t types.Type) bool {
	if t == nil {
		return false
	}
	if _, ok := types.Unalias(t).(*types.TypeParam); ok {
		return false
	}
	_, ok := t.Underlying().(*types.Signature)
	return ok
}

// canBeEnded reports whether a value of type t, or a pointer to it, has a method
// by which it is ended or written to: what wraps it may do so, too.
func canBeEnded(t types.Type) bool {
	if t == nil {
		return false
	}
	if _, ok := types.Unalias(t).(*types.TypeParam); ok {
		return true
	}
	for _, name := range []string{
		"Cancel", "Close", "Commit", "End", "Flush", "Kill", "Release", "Rollback", "Shutdown", "Stop", "Sync", "Unlock",
		"Write", "WriteString",
	} {
		if m, _, _ := types.LookupFieldOrMethod(t, true, nil, name); m != nil {
			if _, ok := m.(*types.Func); ok {
				return true
			}
		}
	}
	return false
}
