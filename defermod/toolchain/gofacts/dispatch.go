package main

import (
	"cmp"
	"go/ast"
	"go/types"
	"slices"
	"strconv"
)

// Which methods the call of an interface's may come to: by the types that objects are made with.

// isWhole reports whether the receiver among the operands of a call is a variable or
// the result of a call, not a part of something.
func isWhole(exprs []ast.Expr) bool {
	if len(exprs) == 0 {
		return false
	}
	switch ast.Unparen(exprs[0]).(type) {
	case *ast.Ident, *ast.CallExpr:
		return true
	}
	return false
}

// A method is one that the call of an interface's method may come to.
type method struct {
	name    string
	effects *effects
	inner   bool   // it is that of an interface which the type embeds
	way     way    // from what it is called on to what it acts on
	on      bitset // the objects that it is called on, see methods
}

// methods are those in sight that the call of an interface's method may come to;
// all reports whether there are no others, because the types of all objects that the
// receiver may be are known.
func (b *body) methods(in *invoke, whole bool) (list []method, all bool) {
	seen := make(map[[2]string]int) // its place in the list, plus one
	known := len(b.g.pts[in.args[0]]) > 0 && !b.givesParts(in)
	b.g.pts[in.args[0]].each(func(i int) {
		dyn, exhaustive := b.possibleTypes(obj(i))
		if !whole && (b.g.objs[i].call != nil || b.g.isParam.has(i)) {
			dyn = nil // the object stands for all that it leads to, and this is a part
		}
		known = known && exhaustive && dyn != nil
		found := len(dyn) == 0
		for _, t := range dyn {
			m := b.methodNamed(t, in.fn.Name())
			if m.effects = b.sums.effectsNamed(m.name); m.effects != nil {
				found = true
				key := [2]string{m.name, m.way.key}
				if seen[key] == 0 {
					list = append(list, m)
					seen[key] = len(list)
				}
				list[seen[key]-1].on.add(i)
			}
		}
		known = known && found
	})
	return list, known && len(list) > 0
}

// methodOf is the full name of the method that a type, spelled "pkg.T" or "*pkg.T", has by
// a name: its own, or that of what it embeds; inner reports whether that is an interface.
func (b *body) methodOf(t, name string) (full string, inner bool) {
	found := b.methodNamed(t, name)
	return found.name, found.inner
}

// methodNamed is that method, but for its effects and what it is called on.
func (b *body) methodNamed(t, name string) method {
	found, ok := b.sums.promoted[[2]string{t, name}]
	if !ok {
		found = b.findMethod(t, name)
		b.sums.promoted[[2]string{t, name}] = found
	}
	return found
}

func (b *body) findMethod(t, name string) method {
	own := "(" + t + ")." + name
	if b.sums.own[own] != nil || b.sums.effectsNamed(own) != nil {
		if t[0] == '*' {
			return method{name: own}
		}
		return method{name: own, way: way{steps: []types.Type{nil}, stays: true, key: ">"}}
	}
	if tn := b.typeNamed(t); tn != nil {
		of := types.NewPointer(tn.Type())
		o, path, _ := types.LookupFieldOrMethod(of, true, tn.Pkg(), name)
		if fn, ok := o.(*types.Func); ok {
			return method{name: funcName(fn), inner: isInterfaceMethod(fn), way: dispatchedWay(of, path, fn)}
		}
	}
	return method{name: own}
}

// dynamicType is the type of an object that is known to be made with it.
func (g *graph) dynamicType(o obj) types.Type {
	t := g.objs[o].typ
	if t == nil || types.IsInterface(t) {
		return nil
	}
	if _, ok := types.Unalias(t).(*types.TypeParam); ok {
		return nil
	}
	if g.objs[o].call == nil && g.objs[o].v == nil {
		// Memory that was allocated: a composite literal of type T stands for *T, too.
		return t
	}
	return t
}

// dynamicTypes are the types that an object may be made with, as the receivers of
// their methods are spelled: "*pkg.T"; nil if they are not known.
func (b *body) dynamicTypes(o obj) []string {
	ob := &b.g.objs[o]
	if ob.text || ob.plain && ob.whole != 0 {
		return []string{}
	}
	if t := b.g.dynamicType(o); t != nil {
		return b.sums.spelledTypes(t, ob.call != nil)
	}
	if ob.call != nil {
		if c := b.sums.contractOf(ob.call.fn); c == nil {
			if e := b.sums.effectsOf(ob.call.fn); e != nil {
				return e.types[ob.result]
			}
		}
	}
	return nil
}

// spelledTypes are those that an object is made with whose type is known: a variable of type T, or
// memory that was allocated for one, stands for the pointer to it, too; what a call gave does not.
func (s *summaries) spelledTypes(t types.Type, given bool) []string {
	how := making{typ: t, given: given}
	list, ok := s.spelled[how]
	if !ok {
		if elem := pointee(t); elem != nil {
			list = []string{"*" + typeName(elem)}
		} else if list = []string{typeName(t)}; !given {
			list = append(list, "*"+list[0])
		}
		s.spelled[how] = list
	}
	return list
}

// possibleTypes are the types that an object may be made with; what the method of an interface
// gave may be what one of those in sight makes, or what another does: not exhaustive.
func (b *body) possibleTypes(o obj) (list []string, exhaustive bool) {
	if list := b.dynamicTypes(o); list != nil {
		return list, true
	}
	if b.calledOn(o) == 0 {
		return nil, false
	}
	return b.made.of(b, o), false
}

// calledOn is what a method of an interface was called on that gave an object, 0 for other objects.
func (b *body) calledOn(o obj) node {
	call := b.g.objs[o].call
	if call == nil || !call.abstract() {
		return 0
	}
	return call.args[0]
}

// madeTypes are, by object that a method of an interface gave, the types that the methods in
// sight make it with: the least solution, as a method may be called on what it gave itself.
type madeTypes struct {
	list map[obj][]string
	at   int // the graph's version
}

func (m *madeTypes) of(b *body, o obj) []string {
	if at := b.g.asOf(); m.list == nil || m.at != at {
		m.list, m.at = make(map[obj][]string), at
	}
	if list, ok := m.list[o]; ok {
		return list
	}
	var order []obj // what others depend on comes first
	var visit func(o obj)
	visit = func(o obj) {
		if _, seen := m.list[o]; seen {
			return
		}
		m.list[o] = nil
		b.g.pts[b.calledOn(o)].each(func(i int) {
			if b.calledOn(obj(i)) != 0 && b.dynamicTypes(obj(i)) == nil {
				visit(obj(i))
			}
		})
		order = append(order, o)
	}
	visit(o)
	for grown := true; grown; {
		grown = false
		for _, o := range order {
			in, result := b.g.objs[o].call, b.g.objs[o].result
			var list []string
			methods, _ := b.methods(in, true)
			for _, method := range methods {
				list = append(list, method.effects.types[result]...)
			}
			slices.Sort(list)
			if list = slices.Compact(list); len(list) > len(m.list[o]) {
				m.list[o], grown = list, true
			}
		}
	}
	return m.list[o]
}

// typesAmong counts the types in sight for what methods of interfaces gave, or put into something, among some
// objects: more come into sight while what they are called on grows.
func (b *body) typesAmong(set bitset) (count int) {
	if intersects(set, b.g.varied) {
		set.and(b.g.varied).each(func(o int) { count += len(b.inSight(obj(o))) + len(b.insideOf(obj(o))) })
	}
	return count
}

// insideOf are the program's own types of what is known to lie in the result of a call.
func (b *body) insideOf(o obj) []string {
	ob := &b.g.objs[o]
	if ob.within != nil {
		return b.plantedTypes(ob.within)
	}
	if ob.call == nil || ob.call.std || ob.text || ob.plain {
		return nil
	}
	if e := b.sums.effectsOf(ob.call.fn); e != nil {
		return e.inside[ob.result]
	}
	return nil
}

// plantedTypes are the program's own types of what a callee has made and put into something.
func (b *body) plantedTypes(in *invoke) []string {
	if !in.abstract() {
		if e := b.sums.effectsOf(in.fn); e != nil {
			return e.inside[planted]
		}
		return nil
	}
	var list []string
	methods, _ := b.methods(in, true)
	for _, m := range methods {
		list = append(list, m.effects.inside[planted]...)
	}
	return list
}

// planted stands in the place of a result for what a function puts into its operands.
const planted = -1

// inSight are the types of an object that are not the standard library's, of which
// its documentation says enough.
func (b *body) inSight(o obj) []string {
	ob := &b.g.objs[o]
	if t := b.g.dynamicType(o); t != nil {
		list, ok := b.ownTypes[o]
		if !ok {
			named := t
			if elem := pointee(t); elem != nil {
				named = elem
			}
			if n, ok := types.Unalias(named).(*types.Named); ok && !b.u.standard(n.Obj().Pkg()) {
				list = b.dynamicTypes(o)
			}
			b.ownTypes[o] = list
		}
		return list
	}
	if ob.call == nil || ob.call.std {
		return nil
	}
	list, _ := b.possibleTypes(o)
	return list
}

func typeName(t types.Type) string {
	named, ok := types.Unalias(t).(*types.Named)
	if !ok || named.Obj().Pkg() == nil {
		return types.TypeString(t, nil)
	}
	return cleanPath(named.Obj().Pkg().Path()) + "." + named.Obj().Name() + localNames[named.Obj()]
}

// localNames are what the names of types that functions declare are followed by: several may have one.
var localNames = make(map[*types.TypeName]string)

// localTypes are the types that the package's functions declare, by their names as they are spelled.
func (u *unit) localTypes() map[string]*types.TypeName {
	if u.locals == nil {
		u.locals = make(map[string]*types.TypeName)
		var found []*types.TypeName
		for _, o := range u.info.Defs {
			if tn, ok := o.(*types.TypeName); ok && tn.Parent() != u.pkg.Scope() && !tn.IsAlias() && !isTypeParam(tn.Type()) {
				found = append(found, tn)
			}
		}
		slices.SortFunc(found, func(a, b *types.TypeName) int { return cmp.Compare(a.Pos(), b.Pos()) })
		for i, tn := range found {
			localNames[tn] = "·" + strconv.Itoa(i)
			u.locals[typeName(tn.Type())] = tn
		}
	}
	return u.locals
}
