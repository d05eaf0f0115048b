package main

import (
	"go/types"
	"slices"
	"sort"
	"strings"
)

// Functions of the standard library call methods of what they are given, by way of the
// interfaces that it documents; so do functions of the program whose summaries say so.
// Where the bodies of these methods are in sight, they say what becomes of what they are
// called on and with: what is said of the library speaks of the library alone.

// methodNames are names of methods, in their order; every method, if all is set.
type methodNames struct {
	list []string
	all  bool
	own  bool // only those of the program's own types
}

func lastingNames(names ...string) *methodNames {
	slices.Sort(names)
	return &methodNames{list: names}
}

// namesOf is one set for all that are equal.
func (s *summaries) namesOf(names map[string]bool) *methodNames {
	list := sortedKeys(names)
	key := strings.Join(list, " ")
	known, ok := s.sets[key]
	if !ok {
		known = &methodNames{list: list}
		s.sets[key] = known
	}
	return known
}

func (m *methodNames) ofProgram() *methodNames {
	m.own = true
	return m
}

// calledByLibrary are methods that functions of the standard library call of what they
// are given.
var calledByLibrary = lastingNames(
	"Read", "Write", "Close", "Seek", "ReadByte", "WriteByte", "ReadAt", "WriteAt", "ReadFrom", "WriteTo", "WriteString", "Flush",
	"Len", "Less", "Swap", "Push", "Pop",
)

// calledToPrint are those that print, compare, or encode and decode.
var calledToPrint = lastingNames(
	"String", "Error", "Format", "GoString", "MarshalJSON", "UnmarshalJSON", "MarshalText", "UnmarshalText", "MarshalBinary",
	"UnmarshalBinary", "AppendText", "AppendBinary", "MarshalXML", "MarshalXMLAttr", "UnmarshalXML", "UnmarshalXMLAttr", "GobEncode",
	"GobDecode", "LogValue", "Scan", "Value", "Sum", "Reset", "Is", "As", "Unwrap",
)

// calledInTransit are those of transports, file systems, log handlers and drivers.
var calledInTransit = lastingNames(
	"RoundTrip", "Open", "ReadDir", "ReadFile", "Stat", "Sub", "Glob", "Enabled", "Handle", "WithAttrs", "WithGroup", "ServeHTTP", "Dial",
	"DialContext", "Accept", "SetCookies", "Cookies", "Connect", "Prepare", "Begin", "Exec", "Query", "Next", "Columns",
).ofProgram()

// everyMethod is what templates and reflection can call.
var everyMethod = &methodNames{all: true, own: true}

// byHierarchy are, for packages of the library whose values have drivers and transports
// behind them that no operand leads to, the methods that they call of these: all types of
// the package at hand that have them count.
var byHierarchy = map[string][]string{
	"net/http":     {"RoundTrip"},
	"database/sql": {"Begin", "BeginTx", "Close", "Columns", "Commit", "Connect", "Exec", "ExecContext", "Next", "Open", "Prepare", "PrepareContext", "Query", "QueryContext", "ResetSession", "Rollback"},
}

// driverMethods tell the types that are drivers from others with a Close or an Open.
var driverMethods = []string{"Columns", "NumInput", "Prepare", "Connect", "LastInsertId", "Rollback", "Driver"}

// implementers are the methods of the package's types that a function of the library may
// come to by way of what it was told before.
func (s *summaries) implementers(fn *types.Func) []string {
	if fn.Pkg() == nil || s.u.standard(s.u.pkg) {
		return nil
	}
	path := fn.Pkg().Path()
	names := byHierarchy[path]
	if names == nil || path == "net/http" && !strings.HasPrefix(funcName(fn), "(*net/http.Client).") {
		return nil
	}
	known, ok := s.hierarchy[path]
	if ok {
		return known
	}
	scope := s.u.pkg.Scope()
	for _, name := range scope.Names() {
		tn, ok := scope.Lookup(name).(*types.TypeName)
		if !ok || types.IsInterface(tn.Type()) || path == "database/sql" && !hasMethod(types.NewPointer(tn.Type()), driverMethods...) {
			continue
		}
		for _, name := range names {
			if m, _, _ := types.LookupFieldOrMethod(types.NewPointer(tn.Type()), true, tn.Pkg(), name); m != nil {
				if m, ok := m.(*types.Func); ok && s.own[funcName(m)] != nil {
					known = append(known, funcName(m))
				}
			}
		}
	}
	s.hierarchy[path] = known
	return known
}

// namesakes are the methods of a name that the package's types have.
func (s *summaries) namesakes(name string) []string {
	if s.byName == nil {
		s.byName = make(map[string][]string)
		for _, full := range sortedKeys(s.own) {
			if full[0] == '(' {
				short := full[strings.LastIndexByte(full, '.')+1:]
				s.byName[short] = append(s.byName[short], full)
			}
		}
	}
	return s.byName[name]
}

// namesakeRecovers reports whether a method in sight that the call of an interface's may
// come to stops panics.
func (s *summaries) namesakeRecovers(fn *types.Func) bool {
	for _, full := range s.namesakes(fn.Name()) {
		if r := s.recovers(full); r != nil && *r {
			return true
		}
	}
	return false
}

// handsOn are methods whose results the library gives back, whatever of the program's own
// lies in them.
var handsOn = map[string]bool{"RoundTrip": true, "Open": true, "Dial": true, "DialContext": true, "Accept": true, "Unwrap": true, "Sub": true}

// calledBesides are the methods that a function of the library may call besides those that
// read, write, print and encode; nil if there are none.
func calledBesides(fn *types.Func) *methodNames {
	switch fn.Pkg().Path() {
	case "text/template", "html/template":
		if strings.HasPrefix(fn.Name(), "Execute") {
			return everyMethod
		}
	case "net/rpc":
		if strings.HasPrefix(fn.Name(), "Register") {
			return everyMethod
		}
		return calledInTransit
	case "archive/zip", "crypto/tls", "database/sql", "io/fs", "log/slog", "net", "net/http", "net/http/httptest", "net/http/httputil", "net/smtp", "os":
		return calledInTransit
	}
	return nil
}

// methodsAmong are the full names of the methods that a type has by one of these names and
// of which anything is, or will be, known.
func (b *body) methodsAmong(t string, names *methodNames) []string {
	known, ok := b.sums.among[names][t]
	if !ok {
		known = b.findAmong(t, names)
	}
	for _, full := range known {
		if b.sums.own[full] != nil {
			b.consulted[full] = true
		}
	}
	return known
}

func (b *body) findAmong(t string, names *methodNames) []string {
	var known []string
	list := names.list
	if names.all {
		list = b.methodNamesOf(t)
	}
	for _, name := range list {
		full, _ := b.methodOf(t, name)
		if names.own && b.u.standardName(full) {
			continue
		}
		if b.sums.own[full] != nil || b.sums.effectsNamed(full) != nil {
			known = append(known, full)
		}
	}
	if b.sums.among[names] == nil {
		b.sums.among[names] = make(map[string][]string)
	}
	b.sums.among[names][t] = known
	return known
}

// methodNamesOf are the names of the exported methods of a type, spelled "pkg.T" or "*pkg.T".
func (b *body) methodNamesOf(t string) []string {
	var names []string
	if tn := b.typeNamed(t); tn != nil {
		set := types.NewMethodSet(types.NewPointer(tn.Type()))
		for i := 0; i < set.Len(); i++ {
			if m := set.At(i).Obj(); m.Exported() {
				names = append(names, m.Name())
			}
		}
	}
	sort.Strings(names)
	return names
}

// typeNamed finds a type of the package at hand or of one that it imports.
func (b *body) typeNamed(t string) *types.TypeName {
	spelled := strings.TrimPrefix(t, "*")
	i := strings.LastIndexByte(spelled, '.')
	if i < 0 {
		return nil
	}
	for _, pkg := range append([]*types.Package{b.u.pkg}, b.u.pkg.Imports()...) {
		if cleanPath(pkg.Path()) == spelled[:i] {
			if tn, ok := pkg.Scope().Lookup(spelled[i+1:]).(*types.TypeName); ok {
				return tn
			}
		}
	}
	return nil
}

// typesUnder are the program's own types of an object and of the values that lie in it:
// what prints or encodes a value does the same to its fields.
func (b *body) typesUnder(o obj) []string {
	ob := &b.g.objs[o]
	if ob.text || ob.plain && ob.whole != 0 {
		return nil
	}
	if b.g.dynamicType(o) == nil {
		return slices.Concat(b.inSight(o), b.insideOf(o))
	}
	list, ok := b.under[o]
	if !ok {
		seen := make(map[string]bool)
		b.addUnder(ob.typ, seen, make(map[types.Type]bool))
		list = sortedKeys(seen)
		if b.under == nil {
			b.under = make(map[obj][]string)
		}
		b.under[o] = list
	}
	if ob.call != nil {
		return slices.Concat(list, b.insideOf(o))
	}
	return list
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

// called are the sets of methods that a callee may call of operand i; nil if there are none.
func (c *invoke) called(i int) []*methodNames {
	if c.std {
		if c.wanted == nil {
			c.wanted = []*methodNames{calledByLibrary, calledToPrint}
			if more := calledBesides(c.fn); more != nil {
				c.wanted = append(c.wanted, more)
			}
		}
		return c.wanted
	}
	if e := c.sums.effectsOf(c.fn); e != nil {
		if names := e.methods[c.sig.param(i)]; len(names) > 0 {
			return []*methodNames{c.sums.namesOf(names)}
		}
	}
	return nil
}

// callbacks applies the flows of the methods in sight that the callee calls of what its
// operands lead to.  They may be given whatever the callee was given.
func (c *invoke) callbacks(g *graph) {
	b := c.body
	if b == nil || b.u.standard(b.u.pkg) {
		return
	}
	on := make(map[string]bitset) // by method, what it may be called on
	for i := range c.args {
		sets := c.called(i)
		if sets == nil {
			continue
		}
		c.reach(g, i).each(func(o int) {
			if o <= int(lent) {
				return
			}
			for _, t := range b.typesUnder(obj(o)) {
				for _, names := range sets {
					for _, full := range b.methodsAmong(t, names) {
						objs := on[full]
						objs.add(o)
						on[full] = objs
					}
				}
			}
		})
	}
	if c.std {
		for _, full := range c.sums.implementers(c.fn) {
			b.consulted[full] = true
			objs := on[full]
			objs.add(int(heap))
			on[full] = objs
		}
	}
	if len(on) == 0 {
		return
	}
	given := selection{g: g}
	for k := range c.args {
		given.all.union(c.reach(g, k))
	}
	for _, full := range sortedKeys(on) {
		c.callback(g, full, on[full], &given)
	}
}

// A selection is a set of objects and, once somebody has asked, its parts.
type selection struct {
	g     *graph
	all   bitset
	parts map[endKind]bitset
}

// part is graph.part of the set.
func (s *selection) part(kind endKind) bitset {
	part, ok := s.parts[kind]
	if !ok {
		part = s.g.part(kind, s.all)
		if s.parts == nil {
			s.parts = make(map[endKind]bitset)
		}
		s.parts[kind] = part
	}
	return part
}

// callback applies the flows of one method, called on each of some objects with anything
// that is given.
func (c *invoke) callback(g *graph, name string, on bitset, given *selection) {
	sum := c.sums.lookup(name)
	if sum == nil || c.body.u.standardName(name) {
		return
	}
	mine := selection{g: g, all: g.reach(on)}
	if sum.unknown {
		g.put(unknown, mine.all)
		return
	}
	if handsOn[name[strings.LastIndexByte(name, '.')+1:]] && sum.effects != nil && sum.effects.inside[0] != nil {
		for _, r := range c.results {
			if r != 0 {
				g.point(r, unknown)
			}
		}
	}
	for _, e := range sum.edges {
		var set bitset
		switch {
		case e.from.kind == toHeap:
			set = single(heap)
		case e.from.kind == toUnknown:
			set = single(unknown)
		case e.from.kind == toResult || e.from.kind == inResult:
			continue
		case e.from.index != 0:
			set = given.part(e.from.kind)
		case e.to.kind == toParam && e.to.index == 0:
			// What an object holds gets into that object, not into the others.
			on.each(func(o int) {
				own := g.reach(single(obj(o)))
				if part := g.part(e.from.kind, own); len(part) > 0 {
					g.putAll(own, part)
				}
			})
			continue
		default:
			set = mine.part(e.from.kind)
		}
		if len(set) == 0 {
			continue
		}
		switch to := e.to; {
		case to.kind == toHeap:
			g.put(heap, set)
		case to.kind == toUnknown:
			g.put(unknown, set)
		case to.kind == toParam && to.index == 0:
			g.putAll(mine.all, set)
		case to.kind == toParam:
			g.putAll(given.all, set)
		}
	}
}
