package main

import (
	"go/token"
	"go/types"
	"slices"
	"strings"
)

// Which methods of some names there are in sight of what lies in objects, and what each may be called on.

// A methodInSight is one that may be called; each is made once.
type methodInSight struct {
	full   string
	name   string       // the last part of it
	known  bool         // anything is, or will be, known of it
	std    bool         // it is of the standard library
	way    way          // from what it is called on to what it acts on
	flows  *summary     // if the package at hand does not have it, see flowsOf
	onHeap *receivers   // it alone, called on what others have
	place  int          // while receivers are gathered: where they have it, plus one
	params []types.Type // see paramsOf
	asked  bool
}

func (s *summaries) inSight(full string, w way) *methodInSight {
	key := [2]string{full, w.key}
	m := s.methods[key]
	if m == nil {
		m = &methodInSight{full: full, way: w, std: s.u.standardName(full), known: s.own[full] != nil || s.effectsNamed(full) != nil, name: full[strings.LastIndexByte(full, '.')+1:]}
		if _, stated := wellKnown[full]; stated || s.own[full] == nil {
			m.flows = s.lookup(full)
		}
		m.onHeap = &receivers{methods: []*methodInSight{m}, on: []bitset{single(heap)}}
		s.methods[key] = m
	}
	return m
}

// flowsOf is lookup for a method in sight.
func (s *summaries) flowsOf(m *methodInSight) *summary {
	if m.flows != nil {
		return m.flows
	}
	return s.ownOf(m.full)
}

// A callable has methods that may be called of values of a type; there is one for each
// question, so that objects with the same answer can be taken together.
type callable struct {
	methods []*methodInSight
	place   int // while receivers are gathered: which of the sets it is, plus one
}

// callables has the answers for some names, those for one type by its name as methodOf takes
// it, those for what lies in a type, and those for an object made with one and what lies in that.
type callables struct {
	names *methodNames
	named map[string]*callable
	under map[types.Type][]*callable
	made  map[making][]*callable
	// inside has those of lists of types, by the first place of the list.
	inside map[*string][]*callable
}

// A making is how an object is made: with a type or a pointer to one, given by a call or not.
type making struct {
	typ            types.Type
	pointer, given bool
}

func (s *summaries) callablesOf(names *methodNames) *callables {
	known := s.callables[names]
	if known == nil {
		known = &callables{names, make(map[string]*callable), make(map[types.Type][]*callable), make(map[making][]*callable), make(map[*string][]*callable)}
		s.callables[names] = known
	}
	return known
}

// methodsAmong are the methods in sight that a type has by some names.
func (b *body) methodsAmong(t string, all *callables) *callable {
	known := all.named[t]
	if known == nil {
		known = &callable{methods: b.findAmong(t, all.names)}
		all.named[t] = known
	}
	return known
}

func (b *body) findAmong(t string, names *methodNames) []*methodInSight {
	var known []*methodInSight
	add := func(m *methodInSight) {
		if m.known && !(names.own && m.std) {
			known = append(known, m)
		}
	}
	var methods []methodName
	if tn := b.typeNamed(t); tn != nil {
		methods = b.sums.methodsOf(tn)
	} else {
		methods = b.sums.methodsAbroad(t)
	}
	if names.drivers && !isDriver(methods) {
		return nil
	}
	for _, m := range methods {
		if names.has(m) {
			add(m.sight)
		}
	}
	return known
}

// A methodName is one of a type's methods, or of what it embeds.
type methodName struct {
	sight           *methodInSight
	exported        bool
	number, starred int  // of its name, and of its name followed by ofProgramAlone
	fits            bool // see fitsLibrary
}

// methodsOf are all methods of a type or of a pointer to it, by their names.
func (s *summaries) methodsOf(tn *types.TypeName) []methodName {
	list, ok := s.methodSets[tn]
	if !ok {
		of := types.NewPointer(tn.Type())
		set := types.NewMethodSet(of)
		var chosen []*types.Selection
		for i := range set.Len() {
			if _, ok := set.At(i).Obj().(*types.Func); ok {
				chosen = append(chosen, set.At(i))
			}
		}
		slices.SortFunc(chosen, func(a, b *types.Selection) int { return strings.Compare(a.Obj().Name(), b.Obj().Name()) })
		for _, m := range chosen {
			fn := m.Obj().(*types.Func)
			list = append(list, s.methodCalled(fn.Name(), funcName(fn), dispatchedWay(of, m.Index(), fn), s.u.fitsLibrary(fn)))
		}
		s.methodSets[tn] = list
	}
	return list
}

// methodsAbroad are the methods, by their names, of which anything is known of a type that no import declares.
func (s *summaries) methodsAbroad(t string) []methodName {
	if s.abroad == nil {
		s.abroad = make(map[string][]methodName)
		known := slices.Concat(sortedKeys(s.imported), sortedKeys(stated))
		slices.Sort(known)
		for _, full := range slices.Compact(known) {
			if i := strings.LastIndexByte(full, '.'); full[0] == '(' && full[i+1:] != "*" {
				of := full[1 : i-1]
				s.abroad[of] = append(s.abroad[of], s.methodCalled(full[i+1:], full, way{}, true))
			}
		}
	}
	return s.abroad[t]
}

func (s *summaries) methodCalled(name, full string, w way, fits bool) methodName {
	return methodName{
		sight: s.inSight(full, w), exported: token.IsExported(name), fits: fits,
		number: numberOf(nameNumbers, name), starred: numberOf(nameNumbers, name+ofProgramAlone),
	}
}

// typeNamed finds a type of the package at hand or of one that it imports.
func (b *body) typeNamed(t string) *types.TypeName {
	spelled := strings.TrimPrefix(t, "*")
	tn, ok := b.sums.typeNames[spelled]
	if !ok {
		tn = b.u.findType(spelled)
		b.sums.typeNames[spelled] = tn
	}
	return tn
}

func (u *unit) findType(spelled string) *types.TypeName {
	i := strings.LastIndexByte(spelled, '.')
	if i < 0 {
		return nil
	}
	if tn := u.locals[spelled]; tn != nil {
		return tn
	}
	for _, pkg := range append([]*types.Package{u.pkg}, u.pkg.Imports()...) {
		if cleanPath(pkg.Path()) == spelled[:i] {
			if tn, ok := pkg.Scope().Lookup(spelled[i+1:]).(*types.TypeName); ok {
				return tn
			}
		}
	}
	return nil
}

// callableOn are the methods of some names that a function which is given an object may
// call of what lies in it and, if whole is set, of the object itself, whosever type it has.
func (b *body) callableOn(o obj, all *callables, whole bool) []*callable {
	ob := &b.g.objs[o]
	if o <= lent || ob.text || ob.plain && ob.whole != 0 {
		return nil
	}
	t := b.g.dynamicType(o)
	if t != nil && ob.call == nil {
		return b.callableOf(t, false, all, whole)
	}
	var list []*callable
	if t != nil {
		list = b.callableOf(t, true, all, whole)
	} else {
		if whole {
			list = b.addCallable(list, b.dynamicTypes(o), all)
		}
		list = b.addCallable(list, b.inSight(o), all)
	}
	if ob.call != nil || ob.within != nil {
		list = append(list, b.callableIn(b.insideOf(o), all)...)
	}
	return list
}

// A question is which methods of some names may be called of objects, or of what lies in them.
type question struct {
	all   *callables
	whole bool
}

// callableAnswers are those to one question, by object.
type callableAnswers struct {
	asked bitset
	lists [][]*callable
}

// of is the answer for one object: it stays the same but for what comes into sight while the graph is solved.
func (a *callableAnswers) of(b *body, o int, all *callables, whole bool) []*callable {
	if a.asked.has(o) {
		return a.lists[o]
	}
	list := b.callableOn(obj(o), all, whole)
	if !b.g.varied.has(o) {
		a.asked.add(o)
		if n := len(b.g.objs); n > len(a.lists) {
			a.lists = append(a.lists, make([][]*callable, n-len(a.lists))...)
		}
		a.lists[o] = list
	}
	return list
}

// callableOf are those of an object that is known to be made with a type, given by a call or not.
func (b *body) callableOf(t types.Type, given bool, all *callables, whole bool) []*callable {
	if !whole {
		return b.callableUnder(t, all)
	}
	how := making{typ: t, given: given}
	if p, ok := types.Unalias(t).(*types.Pointer); ok {
		how = making{typ: p.Elem(), pointer: true}
	}
	list, ok := all.made[how]
	if !ok {
		list = b.addCallable(nil, b.sums.spelledTypes(t, given), all)
		list = slices.Clip(append(list, b.callableUnder(t, all)...))
		all.made[how] = list
	}
	return list
}

// addCallable adds the methods of types that have any.
func (b *body) addCallable(list []*callable, spelled []string, all *callables) []*callable {
	for _, t := range spelled {
		if set := b.methodsAmong(t, all); len(set.methods) > 0 {
			list = append(list, set)
		}
	}
	return list
}

// callableIn are those of the types that a summary names, which many objects have: found once for each list.
func (b *body) callableIn(spelled []string, all *callables) []*callable {
	if len(spelled) == 0 {
		return nil
	}
	list, ok := all.inside[&spelled[0]]
	if !ok {
		set := new(callable)
		for _, t := range spelled {
			set.methods = append(set.methods, b.methodsAmong(t, all).methods...)
		}
		if len(set.methods) > 0 {
			list = []*callable{set}
		}
		all.inside[&spelled[0]] = list
	}
	return list
}

// callableUnder are those of the program's own types among a type and those of the values
// that lie in it: what prints or encodes a value does the same to its fields.
func (b *body) callableUnder(t types.Type, all *callables) []*callable {
	t = elementOf(t)
	list, ok := all.under[t]
	if ok {
		return list
	}
	spelled, ok := b.sums.under[t]
	if !ok {
		found := make(map[string]bool)
		b.addUnder(t, found, make(map[types.Type]bool))
		spelled = sortedKeys(found)
		b.sums.under[t] = spelled
	}
	list = b.callableIn(spelled, all)
	all.under[t] = list
	return list
}

// elementOf is what a type is made of that is nothing but pointers to it, or slices or arrays of it.
func elementOf(t types.Type) types.Type {
	for {
		t = types.Unalias(t)
		switch u := t.(type) {
		case *types.Pointer:
			t = u.Elem()
		case *types.Slice:
			t = u.Elem()
		case *types.Array:
			t = u.Elem()
		default:
			return t
		}
	}
}

func (b *body) addUnder(t types.Type, found map[string]bool, seen map[types.Type]bool) {
	if seen[t] {
		return
	}
	seen[t] = true
	if named, ok := types.Unalias(t).(*types.Named); ok {
		if b.u.standard(named.Obj().Pkg()) {
			return
		}
		found["*"+typeName(named)] = true
	}
	switch u := coreType(t).(type) {
	case *types.Pointer:
		b.addUnder(u.Elem(), found, seen)
	case *types.Slice:
		b.addUnder(u.Elem(), found, seen)
	case *types.Array:
		b.addUnder(u.Elem(), found, seen)
	case *types.Map:
		b.addUnder(u.Key(), found, seen)
		b.addUnder(u.Elem(), found, seen)
	case *types.Struct:
		for i := 0; i < u.NumFields(); i++ {
			b.addUnder(u.Field(i).Type(), found, seen)
		}
	}
}

// receivers are methods, in the order in which they were found, each with the objects that
// it may be called on.
type receivers struct {
	methods []*methodInSight
	on      []bitset
}

var noReceivers = new(receivers)

// receiversAmong are those for methods of these names of some objects and what lies in them
// or, unless whole is set, of what lies in them.
func (b *body) receiversAmong(objs bitset, names *methodNames, whole bool) *receivers {
	methods := b.sums.callablesOf(names)
	known := b.called[question{methods, whole}]
	if known == nil {
		known = new(callableAnswers)
		b.called[question{methods, whole}] = known
	}
	var sets []*callable
	var on []bitset
	objs.each(func(i int) {
		for _, set := range known.of(b, i, methods, whole) {
			if set.place == 0 {
				sets, on = append(sets, set), append(on, make(bitset, len(objs)))
				set.place = len(sets)
			}
			on[set.place-1].add(i)
		}
	})
	if len(sets) == 0 {
		return noReceivers
	}
	lists := make([][]*methodInSight, len(sets))
	for i, set := range sets {
		lists[i] = set.methods
		set.place = 0
	}
	return gather(lists, func(list, _ int) bitset { return on[list] })
}

// gather are the receivers of all methods of some lists; on says what the method at a place of a list may be called on.
func gather(lists [][]*methodInSight, on func(list, place int) bitset) *receivers {
	count := 0
	for _, list := range lists {
		for _, m := range list {
			if m.place == 0 {
				count++
				m.place = count
			}
		}
	}
	r := &receivers{methods: make([]*methodInSight, count), on: make([]bitset, count)}
	var joined bitset // the places of sets that no other has
	for k, list := range lists {
		for at, m := range list {
			i, more := m.place-1, on(k, at)
			switch {
			case r.methods[i] == nil:
				r.methods[i], r.on[i] = m, more
			case more.within(r.on[i]):
			case joined.add(i):
				r.on[i] = slices.Clone(r.on[i])
				fallthrough
			default:
				r.on[i].union(more)
			}
		}
	}
	for _, m := range r.methods {
		m.place = 0
	}
	return r
}

// forgetReceivers ends what receivers are known for.
func (b *body) forgetReceivers() {
	b.called, b.receivers, b.both = make(map[question]*callableAnswers), make(map[receiversKey]*receivers), make(map[[2]*receivers]*receivers)
}

// receiversIn are the receivers for methods of these names in what an operand leads to,
// which calls of one body ask for again and again.
func (b *body) receiversIn(reached bitset, names *methodNames) *receivers {
	types := b.typesAmong(reached)
	b.g.spelling = reached.appendTo(b.g.spelling[:0])
	r, ok := b.receivers[receiversKey{names, string(b.g.spelling), types}]
	if !ok {
		key := receiversKey{names, string(b.g.spelling), types}
		r = b.receiversAmong(reached, names, false)
		b.receivers[key] = r
	}
	return r
}

type receiversKey struct {
	names   *methodNames
	reached string
	types   int // in sight for it, see typesAmong
}

// merged are the receivers of both, which calls that lead to the same have in common.
func (b *body) merged(x, y *receivers) *receivers {
	if len(x.methods) == 0 {
		return y
	}
	if len(y.methods) == 0 || x == y {
		return x
	}
	key := [2]*receivers{x, y}
	both, ok := b.both[key]
	if !ok {
		both = gather([][]*methodInSight{x.methods, y.methods}, func(list, place int) bitset { return key[list].on[place] })
		b.both[key] = both
	}
	return both
}
