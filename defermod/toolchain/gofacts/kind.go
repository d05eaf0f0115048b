package main

import "go/types"

// kind names what a type is made as, which decides which operations on its
// values can panic.  A map whose keys may turn out not to be comparable is an
// "unsure map"; type parameters are "typeparam".
func kind(t types.Type) string {
	if t == nil {
		return ""
	}
	if _, ok := types.Unalias(t).(*types.TypeParam); ok {
		return "typeparam"
	}
	switch u := t.Underlying().(type) {
	case *types.Basic:
		return basicKind(u)
	case *types.Array:
		return "array"
	case *types.Slice:
		return "slice"
	case *types.Map:
		if mayHoldInterface(u.Key()) {
			return "unsure map"
		}
		return "map"
	case *types.Pointer:
		return "pointer"
	case *types.Struct:
		return "struct"
	case *types.Interface:
		return "interface"
	case *types.Chan:
		return "channel"
	case *types.Signature:
		return "function"
	}
	return ""
}

func basicKind(b *types.Basic) string {
	switch info := b.Info(); {
	case info&types.IsUnsigned != 0:
		return "unsigned"
	case info&types.IsInteger != 0:
		return "integer"
	case info&(types.IsFloat|types.IsComplex) != 0:
		return "float"
	case info&types.IsString != 0:
		return "string"
	case info&types.IsBoolean != 0:
		return "bool"
	}
	return ""
}

// mayHoldInterface reports whether comparing two values of type t may compare
// interfaces, which panics if their dynamic type is not comparable.
func mayHoldInterface(t types.Type) bool {
	if _, ok := types.Unalias(t).(*types.TypeParam); ok {
		return true
	}
	switch u := t.Underlying().(type) {
	case *types.Interface:
		return true
	case *types.Array:
		return mayHoldInterface(u.Elem())
	case *types.Struct:
		for i := 0; i < u.NumFields(); i++ {
			if mayHoldInterface(u.Field(i).Type()) {
				return true
			}
		}
	}
	return false
}

// throughEmbedded reports whether a selector reads an embedded pointer on its
// way to the field or method: one that may be nil while its operand is not.
func throughEmbedded(s *types.Selection) bool {
	t := s.Recv()
	path := s.Index()
	for _, i := range path[:len(path)-1] {
		if p, ok := t.Underlying().(*types.Pointer); ok {
			t = p.Elem()
		}
		st, ok := t.Underlying().(*types.Struct)
		if !ok {
			return true
		}
		t = st.Field(i).Type()
		if _, ok := t.Underlying().(*types.Pointer); ok {
			return true
		}
	}
	return false
}
