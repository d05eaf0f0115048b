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
type holder struct {
	known, plains map[types.Type]bool
	isClosed      map[types.Type]bool
	inPlace       map[*types.Named]bool
	leading       map[[2]types.Type]bool
	fitting       map[[2]types.Type]bool    // see fits
	std           func(*types.Package) bool // whether a package is of the standard library
	pkg           *types.Package            // the package at hand
	renamed       []types.Type              // see renamedTo
	renames       map[types.Type]bool       // see takesOthers
	// names reports whether the functions of a type are all known, and none has anything in it: wherever one is called
	// each of them is taken to be.  nil where functions are followed as values.
	names func(types.Type) bool
}

func newHolder(u *unit) *holder {
	return &holder{
		known: make(map[types.Type]bool), isClosed: make(map[types.Type]bool), plains: make(map[types.Type]bool), inPlace: make(map[*types.Named]bool), std: u.standard, pkg: u.pkg,
		leading: make(map[[2]types.Type]bool), fitting: make(map[[2]types.Type]bool), renamed: u.renamedTo(), renames: make(map[types.Type]bool),
	}
}

// newFlowHolder is the one for summaries, to which functions that ofOwnSignature knows are no more than names.
func newFlowHolder(u *unit) *holder {
	h := newHolder(u)
	h.names = func(t types.Type) bool { return len(u.ofOwnSignature(t)) > 0 }
	return h
}

// class is the long answer, for the report.
func (h *holder) class(t types.Type) string {
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
func (h *holder) refs(t types.Type) bool {
	if t == nil {
		return false
	}
	if known, ok := h.known[t]; ok {
		return known
	}
	h.known[t] = true // for types that are invalid because they contain themselves
	answer := h.compute(t)
	h.known[t] = answer
	return answer
}

func (h *holder) compute(t types.Type) bool {
	if _, ok := types.Unalias(t).(*types.TypeParam); ok {
		return true
	}
	if isSettled(t) {
		return false
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
	case *types.Signature:
		return h.names == nil || !h.names(t)
	}
	return true
}

// settled are types of the standard library whose values point to what nobody changes once it is there.
var settled = map[string]bool{
	"time.Time": true, "*time.Location": true, "net/netip.Addr": true, "net/netip.AddrPort": true, "net/netip.Prefix": true,
}

func isSettled(t types.Type) bool {
	elem := pointee(t)
	named, ok := types.Unalias(t).(*types.Named)
	if elem != nil {
		named, ok = types.Unalias(elem).(*types.Named)
	}
	return ok && named.Obj().Pkg() != nil && settled[types.TypeString(t, nil)]
}

// plain reports whether t can lead to memory, and to nothing but memory: slices
// of numbers, maps of strings, trees of such; no interface, function or channel,
// no type with methods that work on it in place, by which it could be released, and no pointer to one that pointers to
// such types are converted to.
func (h *holder) plain(t types.Type) bool {
	if t == nil || !h.refs(t) {
		return false
	}
	known, ok := h.plains[t]
	if !ok {
		known = h.memoryOnly(t, make(map[types.Type]bool))
		h.plains[t] = known
	}
	return known
}

// bare reports whether a slice or a map is plain but for its methods: without a conversion it becomes one of the type without.
func (h *holder) bare(t types.Type) bool {
	switch u := t.Underlying().(type) {
	case *types.Slice, *types.Map:
		return !h.plain(t) && h.plain(u)
	}
	return false
}

func (h *holder) memoryOnly(t types.Type, seen map[types.Type]bool) bool {
	if seen[t] {
		return true
	}
	seen[t] = true
	t = types.Unalias(t)
	if named, ok := t.(*types.Named); ok && h.worksInPlace(named) {
		return false
	}
	switch t := t.Underlying().(type) {
	case *types.Basic:
		return t.Kind() != types.UnsafePointer && t.Kind() != types.Invalid
	case *types.Pointer:
		return h.memoryOnly(t.Elem(), seen) && !h.takesOthers(t.Elem())
	case *types.Slice:
		return h.memoryOnly(t.Elem(), seen)
	case *types.Array:
		return h.memoryOnly(t.Elem(), seen)
	case *types.Map:
		return h.memoryOnly(t.Key(), seen) && h.memoryOnly(t.Elem(), seen)
	case *types.Struct:
		for i := 0; i < t.NumFields(); i++ {
			if !h.memoryOnly(t.Field(i).Type(), seen) {
				return false
			}
		}
		return true
	}
	return false
}

// worksInPlace reports whether a type has methods by which one of its values, or
// what it leads to, may be released: those with pointer receivers, or, for types
// that are references themselves, any.  Of the standard library's types, those
// that are values by their documentation have no such methods.
func (h *holder) worksInPlace(t *types.Named) bool {
	t = t.Origin()
	known, ok := h.inPlace[t]
	if ok {
		return known
	}
	if pkg := t.Obj().Pkg(); pkg != nil && h.std != nil && h.std(pkg) {
		known = hasMethod(t, endings...)
	} else {
		for i := 0; i < t.NumMethods() && !known; i++ {
			recv := t.Method(i).Type().(*types.Signature).Recv()
			known = pointee(recv.Type()) != nil || h.refs(t)
		}
	}
	h.inPlace[t] = known
	return known
}

// textual reports whether a value of type t is, or holds, strings or numbers that
// may name something, and no references.
func (h *holder) textual(t types.Type) bool {
	switch t := t.Underlying().(type) {
	case *types.Basic:
		switch t.Kind() {
		case types.Uint8, types.Int8: // bytes
			return false
		}
		return t.Info()&(types.IsInteger|types.IsString) != 0
	case *types.Array:
		return h.textual(t.Elem())
	case *types.Struct:
		for i := 0; i < t.NumFields(); i++ {
			if h.textual(t.Field(i).Type()) {
				return true
			}
		}
	case *types.Tuple:
		for i := 0; i < t.Len(); i++ {
			if h.textual(t.At(i).Type()) {
				return true
			}
		}
	}
	return false
}

// textKinds reports whether a value of a type without references has strings in it,
// and whether it has numbers.
func (h *holder) textKinds(t types.Type) (words, numbers bool) {
	switch t := t.Underlying().(type) {
	case *types.Basic:
		return t.Info()&types.IsString != 0, t.Info()&types.IsInteger != 0
	case *types.Array:
		return h.textKinds(t.Elem())
	case *types.Struct:
		for i := 0; i < t.NumFields(); i++ {
			w, n := h.textKinds(t.Field(i).Type())
			words, numbers = words || w, numbers || n
		}
		return words, numbers
	}
	return true, true
}

// memoryKinds reports whether plain memory that t leads to may have strings in it,
// and numbers that may name something.
func (h *holder) memoryKinds(t types.Type) (words, numbers bool) {
	seen := make(map[types.Type]bool)
	var visit func(t types.Type)
	visit = func(t types.Type) {
		t = types.Unalias(t)
		if seen[t] {
			return
		}
		seen[t] = true
		switch u := t.Underlying().(type) {
		case *types.Basic:
			words = words || u.Info()&types.IsString != 0
			numbers = numbers || u.Info()&types.IsInteger != 0 && h.textual(u)
		case *types.Pointer:
			visit(u.Elem())
		case *types.Slice:
			visit(u.Elem())
		case *types.Array:
			visit(u.Elem())
		case *types.Map:
			visit(u.Key())
			visit(u.Elem())
		case *types.Struct:
			for i := 0; i < u.NumFields(); i++ {
				visit(u.Field(i).Type())
			}
		}
	}
	visit(t)
	return words, numbers
}

// closed reports whether a value of type t leads to nothing but what the standard library declares, by fields that are no
// interfaces and no functions: to none of the program's types.
func (h *holder) closed(t types.Type) bool {
	if t == nil {
		return false
	}
	known, ok := h.isClosed[t]
	if !ok {
		known = h.closes(t, false, make(map[types.Type]bool))
		h.isClosed[t] = known
	}
	return known
}

func (h *holder) closes(t types.Type, within bool, seen map[types.Type]bool) bool {
	t = types.Unalias(t)
	if seen[t] {
		return true
	}
	seen[t] = true
	if named, ok := t.(*types.Named); ok {
		if pkg := named.Obj().Pkg(); !within && (pkg == nil || h.std == nil || !h.std(pkg)) {
			return false
		}
		for i := range named.TypeArgs().Len() {
			if !h.closes(named.TypeArgs().At(i), false, seen) {
				return false
			}
		}
		if named.TypeArgs().Len() > 0 && named.Obj().Name() == "Pointer" && named.Obj().Pkg().Path() == "sync/atomic" {
			return true // it leads to its type argument
		}
		within = true // the library's own fields have no types of the program
	}
	switch t := t.Underlying().(type) {
	case *types.Basic:
		return t.Kind() != types.UnsafePointer && t.Kind() != types.Invalid
	case *types.Pointer:
		return h.closes(t.Elem(), within, seen)
	case *types.Slice:
		return h.closes(t.Elem(), within, seen)
	case *types.Array:
		return h.closes(t.Elem(), within, seen)
	case *types.Map:
		return h.closes(t.Key(), within, seen) && h.closes(t.Elem(), within, seen)
	case *types.Struct:
		for i := range t.NumFields() {
			if !h.closes(t.Field(i).Type(), within, seen) {
				return false
			}
		}
		return true
	}
	return false
}

// leadsTo reports whether a value of type from may be, or lead to, one of the
// named type to.
func (h *holder) leadsTo(from, to types.Type) bool {
	key := [2]types.Type{from, to}
	known, ok := h.leading[key]
	if !ok {
		known = h.finds(from, to, make(map[types.Type]bool))
		h.leading[key] = known
	}
	return known
}

func (h *holder) finds(t, to types.Type, seen map[types.Type]bool) bool {
	t = types.Unalias(t)
	if seen[t] {
		return false
	}
	seen[t] = true
	if types.IdenticalIgnoreTags(t.Underlying(), to.Underlying()) {
		return true // or it is converted
	}
	if named, ok := t.(*types.Named); ok {
		if other, ok := types.Unalias(to).(*types.Named); ok && named.Origin() == other.Origin() {
			return true
		}
	}
	if _, ok := t.(*types.TypeParam); ok {
		return true
	}
	switch t := t.Underlying().(type) {
	case *types.Basic:
		return t.Kind() == types.UnsafePointer || t.Kind() == types.Invalid
	case *types.Pointer:
		return h.finds(t.Elem(), to, seen)
	case *types.Slice:
		return h.finds(t.Elem(), to, seen)
	case *types.Array:
		return h.finds(t.Elem(), to, seen)
	case *types.Chan:
		return h.finds(t.Elem(), to, seen)
	case *types.Map:
		return h.finds(t.Key(), to, seen) || h.finds(t.Elem(), to, seen)
	case *types.Struct:
		for i := 0; i < t.NumFields(); i++ {
			if h.finds(t.Field(i).Type(), to, seen) {
				return true
			}
		}
		return false
	case *types.Tuple:
		return false
	}
	return true // interfaces and functions may lead to anything
}

// tracked reports whether the flows of values of type t are followed.
func (h *holder) tracked(t types.Type) bool {
	if t == nil {
		return false
	}
	return h.refs(t) || h.textual(t)
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
	return hasMethod(t, append([]string{"Write", "WriteString"}, endings...)...)
}

// endings are the names by which values of the standard library's types are ended.
var endings = []string{
	"Cancel", "Close", "Commit", "End", "Flush", "Kill", "Release", "Rollback", "Shutdown", "Stop", "Sync", "Unlock", "Reset",
}

func hasMethod(t types.Type, names ...string) bool {
	for _, name := range names {
		if m, _, _ := types.LookupFieldOrMethod(t, true, nil, name); m != nil {
			if _, ok := m.(*types.Func); ok {
				return true
			}
		}
	}
	return false
}

// fieldTypes collects the types of what lies in a value of type t, or in what it points to.
func fieldTypes(t types.Type, found map[types.Type]bool) {
	if t == nil {
		return
	}
	if elem := pointee(t); elem != nil {
		t = elem
	}
	s, ok := coreType(t).(*types.Struct)
	for i := 0; ok && i < s.NumFields(); i++ {
		f := types.Unalias(s.Field(i).Type())
		if _, ok := f.Underlying().(*types.Struct); ok && !found[f] {
			found[f] = true
			fieldTypes(f, found)
		}
		found[f] = true
	}
}

// hasPointerTo reports whether a value of type t may lead to a pointer to one of some types.
func hasPointerTo(t types.Type, to map[types.Type]bool) bool {
	return leadsTo(t, make(map[types.Type]bool), func(t types.Type) bool {
		switch u := t.Underlying().(type) {
		case *types.Pointer:
			for elem := range to {
				if types.Identical(elem, u.Elem()) {
					return true
				}
			}
		case *types.Interface, *types.Signature:
			return true
		}
		return false
	})
}

// mayHold reports whether a value of type t may be, or lead to, one of a named type: by the
// types of what lies in it, or as an interface with methods that the type has.
func mayHold(t, named types.Type) bool {
	return leadsTo(t, make(map[types.Type]bool), func(t types.Type) bool {
		if types.Identical(t, named) {
			return true
		}
		u, ok := t.Underlying().(*types.Interface)
		return ok && u.NumMethods() > 0 && types.Implements(types.NewPointer(named), u)
	})
}

// leadsTo reports whether t, or a type of what a value of it leads to, is one that is looked for.
func leadsTo(t types.Type, seen map[types.Type]bool, found func(types.Type) bool) bool {
	if t == nil {
		return false
	}
	t = types.Unalias(t)
	if seen[t] {
		return false
	}
	seen[t] = true
	if found(t) {
		return true
	}
	if named, ok := t.(*types.Named); ok && named.TypeArgs().Len() > 0 && isNamed(t, "sync/atomic", "Pointer") {
		return leadsTo(types.NewPointer(named.TypeArgs().At(0)), seen, found) // by way of an unsafe pointer
	}
	switch u := t.Underlying().(type) {
	case *types.Pointer:
		return leadsTo(u.Elem(), seen, found)
	case *types.Slice:
		return leadsTo(u.Elem(), seen, found)
	case *types.Array:
		return leadsTo(u.Elem(), seen, found)
	case *types.Chan:
		return leadsTo(u.Elem(), seen, found)
	case *types.Map:
		return leadsTo(u.Key(), seen, found) || leadsTo(u.Elem(), seen, found)
	case *types.Struct:
		for i := 0; i < u.NumFields(); i++ {
			if leadsTo(u.Field(i).Type(), seen, found) {
				return true
			}
		}
	}
	return false
}
