package main

import (
	"go/ast"
	"go/types"
	"maps"
	"slices"
)

// Callers may pass the same thing twice: what one operand leads to is, by its type, what another one leads to as well.
// Which memory that can be is known by the types of what lies there.

// places are the types of the memory that a value leads to: a struct, an array's elements, a number, a map.
type places struct {
	whole map[string]types.Type // as they lie there
	parts map[string]types.Type // and all that lies within these
	// numbers are the numbers and strings that a type of the package points to which implements an interface: as many types
	// do, these are not looked for within structs.
	numbers map[string]types.Type
	// values are the named slices and maps on the way, and interfaces the interfaces: those may hold whatever implements them.
	values     []types.Type
	interfaces []types.Type
	any        bool // anything
}

// outerRead is a read of what the function has not made: obj is the operand that leads there, or noOperand.
type outerRead struct {
	obj    int
	places *places
}

const noOperand = -1

// outerReads are the reads of the deferred call, of objects in looked and of the package's variables, with the memory that
// each may be of: by the type of what is read where the function itself reads it, else all that the operand leads to, or
// no more than it points to.  What other code can reach is in shared.
func (v *verdict) outerReads(looked, shared bitset) (found []outerRead) {
	var typed, seen bitset
	for _, l := range v.does.looked {
		place := v.placeAt(l.w)
		if place == nil {
			continue
		}
		l.objs.without(v.g.texts).each(func(i int) {
			if p := v.operandOf(i); p != noOperand || shared.has(i) {
				typed.add(i)
				found = append(found, outerRead{p, v.placesOf(place, false)})
			}
		})
	}
	for _, l := range v.does.looked {
		if v.placeAt(l.w) == nil {
			typed = typed.without(l.objs)
		}
	}
	looked.without(v.g.texts).without(typed.without(v.does.lookedInto)).each(func(i int) {
		if p := v.operandOf(i); p != noOperand && !seen.has(p) {
			seen.add(p)
			found = append(found, outerRead{p, v.placesOf(v.g.objs[p].typ, p != i || v.readsDeep(p))})
		}
	})
	if lit, ok := ast.Unparen(v.s.Call.Fun).(*ast.FuncLit); ok {
		ast.Inspect(lit.Body, func(n ast.Node) bool {
			if id, ok := n.(*ast.Ident); ok {
				if x, ok := v.u.info.Uses[id].(*types.Var); ok && !x.IsField() && !v.local(x) && v.mayChange(x) {
					p := newPlaces()
					v.addParts(x.Type(), p) // nothing is larger than a variable
					found = append(found, outerRead{noOperand, p})
				}
			}
			return true
		})
	}
	if v.looksAround() {
		found = append(found, outerRead{noOperand, v.packagePlaces()})
	}
	return found
}

// looksAround reports whether the deferred call calls a function of the package that reads its variables, or what they lead to.
func (v *verdict) looksAround() bool {
	found := false
	ast.Inspect(v.s.Call, func(n ast.Node) bool {
		if call, ok := n.(*ast.CallExpr); ok {
			if fn := v.u.static(v.u.callee(call)); fn != nil && fn.Pkg() == v.u.pkg && !isInterfaceMethod(fn) {
				e := v.sums.effectsOf(fn)
				found = found || e != nil && e.mayDo(looks)
			}
		}
		return !found
	})
	return found
}

// packagePlaces are the package's variables that may change, and what they lead to; what one of them has as an any counts
// for nothing.
func (v *verdict) packagePlaces() *places {
	if v.variables != nil {
		return v.variables
	}
	p := newPlaces()
	scope := v.u.pkg.Scope()
	for _, name := range scope.Names() {
		if x, ok := scope.Lookup(name).(*types.Var); ok && v.mayChange(x) {
			v.addParts(x.Type(), p)
			v.addPlaces(x.Type(), p, true, false, make(map[types.Type]bool))
		}
	}
	p.any = false
	v.variables = p
	return p
}

// placeAt is the type of the pointer, slice or map by way of which the function at hand itself reads or writes; nil where it
// does not, or where that is not plain.
func (v *verdict) placeAt(w *witness) types.Type {
	if w == nil || w.callee != "" {
		return nil
	}
	x := ast.Expr(nil)
	switch n := w.node.(type) {
	case *ast.SelectorExpr:
		if sel := v.u.info.Selections[n]; sel != nil && sel.Kind() == types.FieldVal && len(sel.Index()) == 1 {
			x = n.X
		}
	case *ast.StarExpr:
		x = n.X
	case *ast.IndexExpr:
		x = n.X
	case *ast.CallExpr:
		if (v.u.builtin(n) != "" || v.u.info.Types[n.Fun].IsType()) && len(n.Args) > 0 {
			x = n.Args[0] // what is copied or appended has the same type
		}
	}
	if x == nil {
		return nil
	}
	switch t := v.typeOf(x); coreType(t).(type) {
	case *types.Pointer, *types.Slice, *types.Map:
		return t
	}
	return nil
}

// operandOf is the object that the function was given which an object is, or is the plain memory of.
func (v *verdict) operandOf(i int) int {
	if o := &v.g.objs[i]; o.plain && o.whole != 0 {
		i = int(o.whole)
	}
	if v.g.isParam.has(i) && !v.g.objs[i].text {
		return i
	}
	return noOperand
}

// readsDeep reports whether the deferred call reads more of an operand than what it points to itself.
func (v *verdict) readsDeep(o int) bool {
	if v.does.lookedInto.has(o) {
		return true
	}
	directly := false
	for _, l := range v.does.looked {
		if !l.objs.has(o) {
			continue
		}
		if l.itself == noneItself {
			return true
		}
		directly = true
	}
	return !directly
}

// mayBeAmong reports whether what is written to by way of an operand may be what is read in another way.
func (v *verdict) mayBeAmong(operand int, wr write, read []outerRead) bool {
	var own *places
	for _, r := range read {
		if r.obj == operand {
			continue
		}
		if own == nil {
			t := v.g.objs[operand].typ
			if place := v.placeAt(wr.w); place != nil {
				own = v.placesOf(place, false)
			} else {
				own = v.placesOf(t, wr.itself < 0 || types.IsInterface(t)) // whose methods write to whatever they have
			}
		}
		if own.meet(r.places) {
			return true
		}
	}
	return false
}

func (p *places) meet(q *places) bool {
	return p.any || q.any || intersect(p.whole, q.parts) || intersect(q.whole, p.parts) ||
		intersect(p.numbers, q.whole) || intersect(q.numbers, p.whole) || intersect(p.numbers, q.numbers) ||
		p.mayHold(q) || q.mayHold(p)
}

func intersect(a, b map[string]types.Type) bool {
	for t := range a {
		if b[t] != nil {
			return true
		}
	}
	return false
}

// mayHold reports whether an interface among some places may hold what is among others: something whose type implements it,
// or is an interface, too.
func (p *places) mayHold(q *places) bool {
	for _, t := range p.interfaces {
		i, ok := t.Underlying().(*types.Interface)
		if !ok {
			continue
		}
		if !changesNothing(t) && slices.ContainsFunc(q.interfaces, func(t types.Type) bool { return !changesNothing(t) }) {
			return true
		}
		for _, value := range q.values {
			if types.Implements(value, i) {
				return true
			}
		}
		for _, part := range q.parts {
			if _, named := types.Unalias(part).(*types.Named); named && !types.IsInterface(part) && types.Implements(types.NewPointer(part), i) {
				return true
			}
		}
	}
	return false
}

// placesOf are the places that a value of type t leads to, or only those that it leads to itself.
func (v *verdict) placesOf(t types.Type, deep bool) *places {
	how := placing{t, deep}
	p := v.places[how]
	if p == nil {
		p = newPlaces()
		v.addPlaces(t, p, deep, false, make(map[types.Type]bool))
		v.places[how] = p
	}
	return p
}

func newPlaces() *places {
	return &places{whole: make(map[string]types.Type), parts: make(map[string]types.Type), numbers: make(map[string]types.Type)}
}

// placing is a type and whether all that it leads to is asked for.
type placing struct {
	typ  types.Type
	deep bool
}

// addPlaces adds what a value of type t leads to.  What the library keeps behind its own values, hidden, nobody has an
// address of, but for what the program has put there as an interface.
func (v *verdict) addPlaces(t types.Type, p *places, deep, hidden bool, seen map[types.Type]bool) {
	if t == nil || seen[t] {
		return
	}
	seen[t] = true
	if isTypeParam(t) {
		p.any = true
		return
	}
	beyond := func(place types.Type, more ...types.Type) {
		if !hidden {
			v.addPlace(place, p)
		}
		for _, t := range more {
			if deep {
				v.addPlaces(t, p, deep, hidden, seen)
			}
		}
	}
	if named, ok := types.Unalias(t).(*types.Named); ok {
		switch named.Underlying().(type) {
		case *types.Slice, *types.Map:
			p.values = append(p.values, t)
		}
	}
	switch u := t.Underlying().(type) {
	case *types.Pointer:
		beyond(u.Elem(), u.Elem())
	case *types.Slice:
		beyond(u.Elem(), u.Elem())
	case *types.Map:
		beyond(u, u.Key(), u.Elem())
	case *types.Array:
		v.addPlaces(u.Elem(), p, deep, hidden, seen)
	case *types.Struct:
		for i := range u.NumFields() {
			f := u.Field(i)
			v.addPlaces(f.Type(), p, deep, hidden || !v.inReach(f), seen)
		}
	case *types.Interface:
		if u.Empty() {
			p.any = p.any || !hidden
			return
		}
		p.interfaces = append(p.interfaces, t)
		q := newPlaces()
		for _, own := range v.ownImplementers(t) {
			if tn := v.typeNamed(own); tn != nil {
				v.addPlaces(types.NewPointer(tn.Type()), q, deep, false, seen)
			}
		}
		p.behind(q)
	}
}

// changesNothing reports whether what implements an interface stays as it is, as far as its documentation goes: errors, contexts, addresses
// and what is said of a file.
func changesNothing(t types.Type) bool {
	return isError(t) || isNamed(t, "context", "Context") || isNamed(t, "net", "Addr") || isNamed(t, "io/fs", "FileInfo") || isNamed(t, "io/fs", "DirEntry")
}

// behind adds what types that implement an interface lead to.  What one of them has as an any counts for nothing: every
// package has one somewhere.
func (p *places) behind(q *places) {
	maps.Copy(p.numbers, q.numbers)
	maps.Copy(p.parts, q.parts)
	for t, typ := range q.whole {
		if types.Universe.Lookup(t) != nil {
			p.numbers[t] = typ
		} else {
			p.whole[t] = typ
		}
	}
}

// addPlace adds a place where a value of type t lies.
func (v *verdict) addPlace(t types.Type, p *places) {
	p.whole[types.TypeString(types.Unalias(t), nil)] = t
	v.addParts(t, p)
}

// addParts adds what lies in a value of type t.
func (v *verdict) addParts(t types.Type, p *places) {
	if isTypeParam(t) {
		p.any = true
		return
	}
	p.parts[types.TypeString(types.Unalias(t), nil)] = t
	switch u := t.Underlying().(type) {
	case *types.Array:
		v.addParts(u.Elem(), p)
	case *types.Struct:
		for i := range u.NumFields() {
			if f := u.Field(i); v.inReach(f) {
				v.addParts(f.Type(), p)
			}
		}
	}
}

// inReach reports whether others can have the address of a field, or of what it leads to: what the library keeps behind its own
// values nobody has, but for what some give.
func (v *verdict) inReach(f *types.Var) bool {
	return f.Exported() || !v.u.standard(f.Pkg()) || givenFields[f.Pkg().Path()+"."+f.Name()]
}

// givenFields are fields of the library's types that a method gives, or a constructor is given.
var givenFields = map[string]bool{"bytes.buf": true, "bytes.s": true, "bufio.buf": true}
