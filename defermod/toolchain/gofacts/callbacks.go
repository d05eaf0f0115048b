package main

import (
	"go/token"
	"go/types"
	"slices"
	"strings"
)

// Functions of the standard library call methods of what they are given, by way of the
// interfaces that it documents; so do functions of the program whose summaries say so.
// Where the bodies of these methods are in sight, they say what becomes of what they are
// called on and with: what is said of the library speaks of the library alone.

// methodNames are names of methods, in their order; every method, if all is set.
type methodNames struct {
	list    []string
	all     bool
	own     bool   // only those of the program's own types
	numbers []int  // see numbered
	members bitset // see has
}

// numbered are the names as numbers, small ones, each with whether it is asked of the program's own types only; that
// of all methods is one of them.
func (m *methodNames) numbered() []int {
	if m.numbers == nil {
		list := m.list
		if m.all {
			list = append([]string{""}, list...)
		}
		for _, name := range list {
			m.numbers = append(m.numbers, numberOf(askNumbers, askedName{name, m.own}))
		}
	}
	return m.numbers
}

// An askedName is that of a method, "" for all, of the program's own types or of any.
type askedName struct {
	name string
	own  bool
}

// The numbers of what is asked for, few, and of the names of all methods.
var (
	askNumbers  = make(map[askedName]int)
	nameNumbers = make(map[string]int)
)

func numberOf[K comparable](known map[K]int, key K) int {
	number, ok := known[key]
	if !ok {
		number = len(known)
		known[key] = number
	}
	return number
}

func lastingNames(names ...string) *methodNames {
	slices.Sort(names)
	return &methodNames{list: names}
}

// askedOf are the methods that a function calls of what its parameter leads to.
func (s *summaries) askedOf(e *effects, param int) *methodNames {
	names, known := e.methods[param], e.asked[param]
	if known == nil || len(known.list) < len(names) { // they only become more
		known = s.namesOf(names)
		if e.asked == nil {
			e.asked = make(map[int]*methodNames)
		}
		e.asked[param] = known
	}
	return known
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

// has reports whether a method is one of them; every exported one is, if all are.
func (m *methodNames) has(method methodName) bool {
	if m.all {
		return method.exported
	}
	if m.members == nil {
		for _, name := range m.list {
			m.members.add(numberOf(nameNumbers, name))
		}
	}
	return method.fits && m.members.has(method.number) || m.members.has(method.starred)
}

// arity is how many parameters the methods have that the library calls, each by way of an interface that it documents:
// what a logger has to say an error with does not make it an error.
var arity = map[string]int{
	"Close": 0, "Error": 0, "Flush": 0, "Format": 2, "GoString": 0, "Handle": 2, "Enabled": 2, "Next": 1, "Read": 1,
	"String": 0, "Write": 1, "WriteString": 1,
}

// ofProgramAlone follows the name of a method that an interface of the program has with other parameters than those.
const ofProgramAlone = "*"

// calledName is the name by which the call of an interface's method asks for others.
func calledName(fn *types.Func) string {
	if want, fixed := arity[fn.Name()]; fixed && fn.Type().(*types.Signature).Params().Len() != want {
		return fn.Name() + ofProgramAlone
	}
	return fn.Name()
}

func (m *methodNames) ofProgram() *methodNames {
	m.own = true
	return m
}

// calledByLibrary are methods that functions of the standard library call of what they
// are given.
var calledByLibrary = lastingNames(
	"Read", "Write", "Close", "Seek", "ReadByte", "UnreadByte", "WriteByte", "ReadRune", "UnreadRune", "ReadAt", "WriteAt", "ReadFrom", "WriteTo",
	"WriteString", "Flush",
	"Len", "Less", "Swap", "Push", "Pop",
)

// calledToPrint are those that print, compare, or encode and decode.
var calledToPrint = lastingNames(
	"String", "Error", "Format", "GoString", "MarshalJSON", "UnmarshalJSON", "MarshalText", "UnmarshalText", "MarshalBinary",
	"UnmarshalBinary", "AppendText", "AppendBinary", "MarshalXML", "MarshalXMLAttr", "UnmarshalXML", "UnmarshalXMLAttr", "GobEncode",
	"GobDecode", "LogValue", "Scan", "Value", "Sum", "Reset", "Is", "As", "Unwrap",
)

// copying are packages of the library that read, write, copy and pack, and neither print, compare, encode nor decode what they
// are given by methods of its own: there is no interface with such methods that they call, and none looks at it by reflection.
var copying = map[string]bool{
	"bufio": true, "bytes": true, "compress/bzip2": true, "compress/flate": true, "compress/gzip": true, "compress/lzw": true, "compress/zlib": true,
	"encoding/base32": true, "encoding/base64": true, "encoding/csv": true, "encoding/hex": true, "encoding/pem": true, "io": true, "strings": true,
}

// printsOperands reports whether a function of the library may print, compare, encode or decode what it is given; what an
// interface's method does is the business of others.
func printsOperands(fn *types.Func) bool { return isInterfaceMethod(fn) || !copying[fn.Pkg().Path()] }

// operandType is the type of an operand, the receiver first, as a function declares it; nil for what further operands are of
// one with any number of them.
func operandType(fn *types.Func, i int) types.Type {
	sig := fn.Type().(*types.Signature)
	if recv := sig.Recv(); recv != nil {
		if i == 0 {
			return recv.Type()
		}
		i--
	}
	if n := sig.Params().Len(); i >= n || sig.Variadic() && i == n-1 {
		return nil
	}
	return sig.Params().At(i).Type()
}

// calledInTransit are those of transports, file systems, log handlers and drivers.
var calledInTransit = lastingNames(
	"RoundTrip", "Open", "ReadDir", "ReadFile", "Stat", "Sub", "Glob", "Enabled", "Handle", "WithAttrs", "WithGroup", "ServeHTTP", "Dial",
	"DialContext", "Accept", "SetCookies", "Cookies", "Connect", "Prepare", "Begin", "Exec", "Query", "Next", "Columns",
).ofProgram()

// libraryCalls reports whether functions of the library call methods of a name of what they are given.
func libraryCalls(name string) bool {
	for _, names := range []*methodNames{calledByLibrary, calledToPrint, calledInTransit} {
		if slices.Contains(names.list, name) {
			return true
		}
	}
	return false
}

// asksLibrary reports whether a function calls any of the library.
func (b *body) asksLibrary() bool {
	for _, c := range b.invokes {
		if c.std {
			return true
		}
	}
	return false
}

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

// calledToLog are methods of what a logger was made with, calledToSend those of what a client has.
var (
	calledToLog  = lastingNames("Write", "Level", "Enabled", "Handle", "WithAttrs", "WithGroup").ofProgram()
	calledToSend = lastingNames("RoundTrip", "SetCookies", "Cookies").ofProgram()
)

// calledBehind are the methods that one of the library's loggers, clients and connections calls of what it was made with, though it is
// not said to write to that; nil for other functions.
func calledBehind(fn *types.Func, e *effects) *methodNames {
	switch name := funcName(fn); {
	case strings.HasPrefix(name, "(*log.Logger).") || strings.HasPrefix(name, "(*log/slog.Logger)."):
		if e.does&output != 0 {
			return calledToLog
		}
	case strings.HasPrefix(name, "(*net/http.Client)."):
		return calledToSend
	case strings.HasPrefix(name, "(*crypto/tls.Conn)."):
		return calledByLibrary
	}
	return nil
}

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

// endSession are functions that give a connection back to its pool, where later queries may
// find it with all that earlier ones have left on it.
var endSession = map[string]bool{"(*database/sql.Rows).Close": true, "(*database/sql.Stmt).Close": true, "(*database/sql.Conn).Close": true}

// sessionsInSight reports whether the package has a driver of its own whose connections
// have anything to them.
func (s *summaries) sessionsInSight() bool {
	scope := s.u.pkg.Scope()
	for _, name := range scope.Names() {
		tn, ok := scope.Lookup(name).(*types.TypeName)
		if !ok || types.IsInterface(tn.Type()) || isTypeParam(tn.Type()) {
			continue
		}
		pointer := types.NewPointer(tn.Type())
		if st, ok := coreType(tn.Type()).(*types.Struct); ok && st.NumFields() == 0 {
			continue
		}
		if hasMethod(pointer, "Begin") && hasMethod(pointer, "Prepare") && hasMethod(pointer, "Close") {
			return true
		}
	}
	return false
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

// handsOwnOn reports whether a method gives the library something of the program's own to
// hand on.  Of a response that is its body: a transport that lies in it as well has nothing that reads or closes one.
func (b *body) handsOwnOn(method string, inside []string) bool {
	if !handsOn[method] {
		return false
	}
	for _, t := range inside {
		tn := b.typeNamed(t)
		if method != "RoundTrip" || tn == nil || hasMethod(types.NewPointer(tn.Type()), "Read", "Write", "WriteTo", "Close") {
			return true
		}
	}
	return false
}

// calledBesides are the methods that a function of the library may call besides those that read and write: to print
// and encode, and in transit.
func calledBesides(fn *types.Func) (list []*methodNames) {
	if printsOperands(fn) {
		list = append(list, calledToPrint)
	}
	if own := calledOfProgram(fn); own != nil {
		list = append(list, own)
	}
	return list
}

// calledOfProgram are those of them that are called of the program's own types alone; nil if there are none.
func calledOfProgram(fn *types.Func) *methodNames {
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

// A methodInSight is one that may be called; each is made once.
type methodInSight struct {
	full   string
	name   string       // the last part of it
	known  bool         // anything is, or will be, known of it
	std    bool         // it is of the standard library
	flows  *summary     // if the package at hand does not have it, see flowsOf
	onHeap *receivers   // it alone, called on what others have
	place  int          // while receivers are gathered: where they have it, plus one
	params []types.Type // see paramsOf
	asked  bool
}

func (s *summaries) inSight(full string) *methodInSight {
	m := s.methods[full]
	if m == nil {
		m = &methodInSight{full: full, std: s.u.standardName(full), known: s.own[full] != nil || s.effectsNamed(full) != nil, name: full[strings.LastIndexByte(full, '.')+1:]}
		if _, stated := wellKnown[full]; stated || s.own[full] == nil {
			m.flows = s.lookup(full)
		}
		m.onHeap = &receivers{methods: []*methodInSight{m}, on: []bitset{single(heap)}}
		s.methods[full] = m
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
	fits            bool // it has as many parameters as the library's of that name
}

// methodsOf are all methods of a type or of a pointer to it, by their names.
func (s *summaries) methodsOf(tn *types.TypeName) []methodName {
	list, ok := s.methodSets[tn]
	if !ok {
		var fns []*types.Func
		set := types.NewMethodSet(types.NewPointer(tn.Type()))
		for i := range set.Len() {
			if fn, ok := set.At(i).Obj().(*types.Func); ok {
				fns = append(fns, fn)
			}
		}
		slices.SortFunc(fns, func(a, b *types.Func) int { return strings.Compare(a.Name(), b.Name()) })
		for _, fn := range fns {
			want, fixed := arity[fn.Name()]
			list = append(list, s.methodCalled(fn.Name(), funcName(fn), !fixed || fn.Type().(*types.Signature).Params().Len() == want))
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
				s.abroad[of] = append(s.abroad[of], s.methodCalled(full[i+1:], full, true))
			}
		}
	}
	return s.abroad[t]
}

func (s *summaries) methodCalled(name, full string, fits bool) methodName {
	return methodName{
		sight: s.inSight(full), exported: token.IsExported(name), fits: fits,
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

// called are the sets of methods that a callee may call of operand i; nil if there are none.
func (c *invoke) called(i int) []*methodNames {
	if c.name == takesOut || c.name == givesBack {
		return nil
	}
	if c.std {
		if c.wanted == nil {
			c.wanted = append([]*methodNames{calledByLibrary}, calledBesides(c.fn)...)
		}
		return c.wanted
	}
	if e := c.sums.effectsOf(c.fn); e != nil {
		if p := c.sig.param(i); len(e.methods[p]) > 0 {
			return []*methodNames{c.sums.askedOf(e, p)}
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
	on := noReceivers
	for i := range c.args {
		if b.h.closed(operandType(c.fn, i)) {
			continue
		}
		for _, names := range c.called(i) {
			on = b.merged(on, b.receiversIn(c.reach(g, i), names))
		}
	}
	if c.std {
		for _, full := range c.sums.implementers(c.fn) {
			on = b.merged(on, c.sums.inSight(full).onHeap)
		}
	}
	if len(on.methods) == 0 {
		return
	}
	var given bitset
	for k := range c.args {
		given.union(c.reach(g, k))
	}
	again := g.calledBack(on, given)
	for i, m := range on.methods {
		c.callback(g, m, on.on[i], given, again)
	}
}

// calledBack reports whether the same methods were called before with the same, as calls of a function
// often come to: until the graph has other answers, all follows from it again that is not about the call itself.
func (g *graph) calledBack(on *receivers, given bitset) bool {
	if at := g.asOf(); g.called == nil || g.calledAt != at {
		g.called, g.calledAt = make(map[calledWith]bool), at
	}
	g.spelling = given.appendTo(g.spelling[:0])
	if g.called[calledWith{on, string(g.spelling)}] {
		return true
	}
	g.called[calledWith{on, string(g.spelling)}] = true
	return false
}

// A calledWith is a set of methods and what they were called with.
type calledWith struct {
	on    *receivers
	given string
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

// paramsOf are the types of a method's parameters; nil if they are not known.
func (b *body) paramsOf(m *methodInSight) []types.Type {
	if m.asked {
		return m.params
	}
	m.asked = true
	i := strings.LastIndexByte(m.full, '.')
	tn := b.typeNamed(strings.Trim(m.full[:i], "()"))
	if tn == nil {
		return nil
	}
	o, _, _ := types.LookupFieldOrMethod(types.NewPointer(tn.Type()), true, tn.Pkg(), m.full[i+1:])
	if fn, ok := o.(*types.Func); ok {
		list := fn.Type().(*types.Signature).Params()
		for i := range list.Len() {
			m.params = append(m.params, list.At(i).Type())
		}
	}
	return m.params
}

// operand is what of all that is given can be operand i, the receiver first, of a method with parameters
// of these types: a slice of bytes is none of a file but the memory in it.
func (g *graph) operand(given bitset, i int, params []types.Type) bitset {
	if i < 1 || i > len(params) {
		return given
	}
	s, ok := params[i-1].Underlying().(*types.Slice)
	if !ok {
		return given
	}
	elem, ok := s.Elem().Underlying().(*types.Basic)
	if !ok || elem.Info()&(types.IsNumeric|types.IsString) == 0 || elem.Kind() == types.Uintptr {
		return given
	}
	laid := given.and(g.laid)
	all := given.without(laid)
	all.union(g.memory(laid, elem.Info()&types.IsString != 0, elem.Info()&types.IsInteger != 0))
	return all
}

// callback applies the flows of one method, called on each of some objects with anything
// that is given; again, if that was done and only results and what the call itself makes is open.
func (c *invoke) callback(g *graph, m *methodInSight, on, given bitset, again bool) {
	sum := c.sums.flowsOf(m)
	if sum == nil || m.std {
		return
	}
	mine := g.reach(on)
	if sum.unknown {
		g.put(unknown, mine)
		return
	}
	if sum.effects != nil && c.body.handsOwnOn(m.name, sum.effects.inside[0]) {
		for _, r := range c.results {
			if r != 0 {
				g.point(r, unknown)
			}
		}
	}
	params := c.body.paramsOf(m)
	for _, e := range sum.edges {
		if again && e.from.kind != ofMade && e.to.kind != toResult && e.to.kind != inResult {
			continue
		}
		var set bitset
		switch {
		case e.from.kind == toHeap:
			set = single(heap)
		case e.from.kind == toUnknown:
			set = single(unknown)
		case e.from.kind == ofOthers:
			set = single(told)
		case e.from.kind == ofMade:
			set = c.shared(g, e.from.index)
		case e.from.kind == toResult || e.from.kind == inResult || e.from.kind == ofCall || e.to.kind == ofCall:
			continue
		case e.from.param() != 0:
			set = g.part(e.from.kind, g.operand(given, e.from.param(), params))
		case e.to.kind == toParam && e.to.index == 0:
			// What an object holds gets into that object, not into the others.
			g.spreadWithin(on, e.from.kind)
			continue
		default:
			set = g.part(e.from.kind, mine)
		}
		if len(set) == 0 {
			continue
		}
		switch to := e.to; {
		case (to.kind == toResult || to.kind == inResult) && (e.from.kind == toParam || e.from.kind == ofGiven || e.from.kind == inGiven) && e.from.param() == 0:
			// Whoever calls a method may hand on the error that it gives.
			for i, r := range c.results {
				if r != 0 && c.errors[i] {
					g.include(r, set)
				} else if r != 0 && c.holders[i] {
					g.put(c.made[i], set)
					g.include(r, set)
				}
			}
		case to.kind == inResult && e.from.kind == ofMade:
			for i, r := range c.results {
				if r != 0 {
					g.put(c.made[i], set)
				}
			}
		case to.kind == toHeap:
			g.put(heap, set)
		case to.kind == toUnknown:
			g.put(unknown, set)
		case to.kind == toPool:
			g.put(pooled, set)
		case (to.kind == toParam || to.kind == ofGiven) && to.param() == 0:
			g.putAll(mine, set)
		case to.kind == toParam || to.kind == ofGiven:
			g.putAll(g.operand(given, to.param(), params), set)
		}
	}
}
