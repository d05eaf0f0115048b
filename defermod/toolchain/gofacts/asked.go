package main

import (
	"go/types"
	"slices"
	"strings"
)

// Which methods the standard library and functions of the program call of what they are given, by their names.

// methodNames are names of methods, in their order; every method, if all is set.
type methodNames struct {
	list    []string
	all     bool
	own     bool   // only those of the program's own types
	drivers bool   // and of these, only of types that are drivers, or that these give, see isDriver
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
			m.numbers = append(m.numbers, numberOf(askNumbers, askedName{name, m.own, m.drivers}))
		}
	}
	return m.numbers
}

// An askedName is that of a method, "" for all, of drivers, of the program's own types or of any.
type askedName struct {
	name         string
	own, drivers bool
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

// spoken are the packages, one of whose types a method names that the library calls: what a driver or a transport is given
// and gives is of a type that was declared for that.
var spoken = map[string][]string{
	"Begin": {"database/sql/driver"}, "Connect": {"database/sql/driver"}, "Exec": {"database/sql/driver"}, "Next": {"database/sql/driver"},
	"Prepare": {"database/sql/driver"}, "Query": {"database/sql/driver"},
	"Accept": {"net"}, "Dial": {"net"}, "DialContext": {"net"},
	"Cookies": {"net/http"}, "RoundTrip": {"net/http"}, "ServeHTTP": {"net/http"}, "SetCookies": {"net/http"},
	"Enabled": {"log/slog"}, "Handle": {"log/slog"}, "WithAttrs": {"log/slog"}, "WithGroup": {"log/slog"},
	"Open": {"database/sql/driver", "io/fs", "net/http"}, "ReadDir": {"io/fs"}, "Stat": {"io/fs"}, "Sub": {"io/fs"},
}

// ofProgramAlone follows the name of a method that an interface of the program has with another signature than the library's.
const ofProgramAlone = "*"

// calledName is the name by which the call of an interface's method asks for others.
func (u *unit) calledName(fn *types.Func) string {
	if u.fitsLibrary(fn) && !mentionsType(fn.Type(), isTypeParam) {
		return fn.Name()
	}
	return fn.Name() + ofProgramAlone
}

// fitsLibrary reports whether the library may call a method by way of an interface that it documents, by its signature: it
// has as many parameters, names no type but the library's, and one of those that belong to it.
func (u *unit) fitsLibrary(fn *types.Func) bool {
	fits, known := u.fits[fn]
	if !known {
		sig := fn.Type().(*types.Signature)
		want, fixed := arity[fn.Name()]
		fits = !sig.Variadic() && !(fixed && sig.Params().Len() != want) && !mentionsType(sig, u.isOwn)
		if of := spoken[fn.Name()]; fits && of != nil && !mentionsType(sig, isTypeParam) {
			fits = mentionsType(sig, func(t types.Type) bool {
				named, ok := t.(*types.Named)
				return ok && named.Obj().Pkg() != nil && slices.Contains(of, named.Obj().Pkg().Path())
			})
		}
		if u.fits == nil {
			u.fits = make(map[*types.Func]bool)
		}
		u.fits[fn] = fits
	}
	return fits
}

// isOwn reports whether a type is declared outside of the library.
func (u *unit) isOwn(t types.Type) bool {
	named, ok := t.(*types.Named)
	return ok && !u.standard(named.Obj().Pkg())
}

// mentionsType reports whether a type is written with one that is such; a declared type stands for itself and its arguments.
func mentionsType(t types.Type, such func(types.Type) bool) bool {
	t = types.Unalias(t)
	if such(t) {
		return true
	}
	switch t := t.(type) {
	case *types.Named:
		for i := range t.TypeArgs().Len() {
			if mentionsType(t.TypeArgs().At(i), such) {
				return true
			}
		}
	case *types.Map:
		return mentionsType(t.Key(), such) || mentionsType(t.Elem(), such)
	case interface{ Elem() types.Type }: // pointers, slices, arrays, channels
		return mentionsType(t.Elem(), such)
	case *types.Signature:
		return mentionsType(t.Params(), such) || mentionsType(t.Results(), such)
	case *types.Tuple:
		for i := range t.Len() {
			if mentionsType(t.At(i).Type(), such) {
				return true
			}
		}
	}
	return false
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
	"String", "Error", "Format", "GoString", "MarshalJSON", "MarshalJSONTo", "UnmarshalJSON", "UnmarshalJSONFrom", "MarshalText", "UnmarshalText", "MarshalBinary",
	"UnmarshalBinary", "AppendText", "AppendBinary", "MarshalXML", "MarshalXMLAttr", "UnmarshalXML", "UnmarshalXMLAttr", "GobEncode",
	"GobDecode", "LogValue", "Scan", "Value", "Sum", "Reset", "Is", "As", "Unwrap", "IsZero", "Timeout", "Temporary",
)

// Packages of the library of which it is known, by the interfaces that they have, which of these they call: few.
var (
	nothingCalled  = lastingNames()
	calledToPack   = lastingNames("Flush", "Read", "ReadByte", "Write", "WriteByte")
	calledToRead   = lastingNames("Read")
	calledToCopy   = lastingNames("Read", "ReadAt", "ReadFrom", "Seek", "Write", "WriteAt", "WriteString", "WriteTo")
	calledOfBodies = lastingNames("Close", "Flush", "Read", "ReadFrom", "Seek", "Write", "WriteByte", "WriteString", "WriteTo")
	calledToMove   = map[string]*methodNames{
		"cmp": nothingCalled, "context": nothingCalled, "errors": nothingCalled, "maps": nothingCalled, "reflect": nothingCalled, "slices": nothingCalled, "strconv": nothingCalled,
		"sync": nothingCalled, "sync/atomic": nothingCalled, "time": nothingCalled,
		"bufio": lastingNames("Read", "ReadFrom", "Write", "WriteString", "WriteTo"), "bytes": lastingNames("Read", "Write"), "strings": lastingNames("Write", "WriteString"),
		"compress/bzip2": calledToPack, "compress/flate": calledToPack, "compress/gzip": calledToPack, "compress/lzw": calledToPack, "compress/zlib": calledToPack,
		"container/heap": lastingNames("Len", "Less", "Pop", "Push", "Swap"),
		"encoding/csv":   lastingNames("Read", "Write", "WriteString"),
		"encoding/json":  lastingNames("Read", "Write"),
		"io":             calledToCopy,
		"io/ioutil":      calledToCopy,
		"log":            lastingNames("Write"),
		"log/slog":       lastingNames("Write"),
		"net/http":       calledOfBodies, "net/http/httputil": calledOfBodies,
		"sort": lastingNames("Len", "Less", "Swap"),
	}
	calledToSay = map[string]*methodNames{
		"cmp": nothingCalled, "maps": nothingCalled, "reflect": nothingCalled, "slices": nothingCalled, "sort": nothingCalled, "sync": nothingCalled, "sync/atomic": nothingCalled,
		"encoding/json": lastingNames("AppendText", "Error", "IsZero", "MarshalJSON", "MarshalJSONTo", "MarshalText", "UnmarshalJSON", "UnmarshalJSONFrom", "UnmarshalText"),
		"errors":        lastingNames("As", "Error", "Is", "Unwrap"),
		"fmt":           lastingNames("Error", "Format", "GoString", "Scan", "String"),
		"log":           lastingNames("Error", "Format", "GoString", "String"),
		"log/slog":      lastingNames("Error", "Format", "GoString", "IsZero", "LogValue", "MarshalJSON", "MarshalText", "String"),
		"net/http":      lastingNames("As", "Error", "Format", "GoString", "Is", "String", "Temporary", "Timeout", "Unwrap", "Value"),
	}
	calledToFormat = lastingNames("Read", "ReadRune", "UnreadRune", "Write")
)

// calledOfContexts are those that package context calls of what a context is made of, to end it as well.
var (
	calledOfContexts = lastingNames("AfterFunc", "Deadline", "Done", "Err", "Value").ofProgram()
	calledToStop     = lastingNames("AfterFunc").ofProgram()
)

// movedBy are the methods that a function of the library may call to read, write, sort and close what it is given.
func movedBy(fn *types.Func) *methodNames {
	if isInterfaceMethod(fn) {
		return calledByLibrary
	}
	switch path := fn.Pkg().Path(); {
	case path == "fmt" && strings.HasPrefix(fn.Name(), "F"):
		return calledToFormat
	case path == "fmt", path == "encoding/json" && fn.Type().(*types.Signature).Recv() == nil, makesAttribute(fn):
		return nothingCalled
	case readsAlone[funcName(fn)]:
		return calledToRead
	case calledToMove[path] != nil:
		return calledToMove[path]
	}
	return calledByLibrary
}

// readsAlone are functions of the library that do nothing with a reader but read.
var readsAlone = map[string]bool{"io.ReadAll": true, "io.ReadAtLeast": true, "io.ReadFull": true, "io/ioutil.ReadAll": true}

// makesAttribute reports whether a function does nothing but put what it is given into an attribute of a record.
func makesAttribute(fn *types.Func) bool {
	sig := fn.Type().(*types.Signature)
	if fn.Pkg().Path() != "log/slog" || sig.Recv() != nil || sig.Results().Len() != 1 {
		return false
	}
	t := sig.Results().At(0).Type()
	return isNamed(t, "log/slog", "Attr") || isNamed(t, "log/slog", "Value")
}

// copying are packages of the library that read, write, copy and pack, and neither print, compare, encode nor decode what they
// are given by methods of its own: there is no interface with such methods that they call, and none looks at it by reflection.
var copying = map[string]bool{
	"bufio": true, "bytes": true, "compress/bzip2": true, "compress/flate": true, "compress/gzip": true, "compress/lzw": true, "compress/zlib": true,
	"encoding/base32": true, "encoding/base64": true, "encoding/csv": true, "encoding/hex": true, "encoding/pem": true, "io": true, "io/ioutil": true, "strings": true,
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

// Those of file systems, transports and whatever connects, log handlers and drivers.
var (
	calledOfFiles   = []string{"Open", "ReadDir", "ReadFile", "Stat", "Sub", "Glob"}
	calledToConnect = []string{"Dial", "DialContext", "Accept"}
	calledOnTheWeb  = []string{"RoundTrip", "ServeHTTP", "SetCookies", "Cookies"}
	calledToHandle  = []string{"Enabled", "Handle", "WithAttrs", "WithGroup"}
	calledOfDrivers = []string{
		"Begin", "BeginTx", "Close", "Columns", "Connect", "Exec", "ExecContext", "Next", "Open", "Prepare", "PrepareContext", "Query", "QueryContext",
		"ResetSession",
	}
)

// calledInTransit are, by package of the library, which of these it calls: those of the interfaces that it knows of, by itself
// or by what it imports.
var calledInTransit = map[string]*methodNames{
	"archive/zip":       lastingNames(calledOfFiles...).ofProgram(),
	"crypto/tls":        lastingNames(calledToConnect...).ofProgram(),
	"database/sql":      calledOfDatabase,
	"io/fs":             lastingNames(calledOfFiles...).ofProgram(),
	"log/slog":          lastingNames(calledToHandle...).ofProgram(),
	"net":               lastingNames(calledToConnect...).ofProgram(),
	"net/http":          calledByServers,
	"net/http/httptest": calledByServers,
	"net/http/httputil": calledByServers,
	"net/rpc":           calledByServers,
	"net/smtp":          lastingNames(calledToConnect...).ofProgram(),
	"os":                lastingNames(calledOfFiles...).ofProgram(),
}

// calledOfDatabase are those that package database/sql calls of drivers.
var calledOfDatabase = (&methodNames{list: calledOfDrivers, drivers: true}).ofProgram()

// calledToConvert are those by which it makes text of what a driver has given.
var calledToConvert = lastingNames("Error", "Format", "GoString", "String")

// ofDatabase are the methods that a method of package database/sql calls of what its receiver leads to; nil for any other function:
// what is scanned into, and what statements get as arguments, is among the other operands.
func ofDatabase(fn *types.Func) []*methodNames {
	if fn.Pkg().Path() != "database/sql" || fn.Type().(*types.Signature).Recv() == nil {
		return nil
	}
	if fn.Name() == "Scan" {
		return []*methodNames{calledOfDatabase, calledToConvert}
	}
	return []*methodNames{calledOfDatabase}
}

// isDriver reports whether some methods, a type's, are those of a driver, or of what one gives that is closed: the interfaces of
// package database/sql/driver each have one that is declared with a type of that package.
func isDriver(methods []methodName) bool {
	return slices.ContainsFunc(methods, func(m methodName) bool { return m.fits && ofDriver[m.sight.name] })
}

var ofDriver = map[string]bool{"Connect": true, "Exec": true, "Next": true, "Open": true, "Prepare": true, "Query": true}

// calledByServers: a server has files, connections and loggers.
var calledByServers = lastingNames(slices.Concat(calledOfFiles, calledToConnect, calledOnTheWeb, calledToHandle)...).ofProgram()

// libraryCalls reports whether functions of the library call methods of a name of what they are given.
func libraryCalls(name string) bool {
	for _, list := range [][]string{calledByLibrary.list, calledToPrint.list, calledByServers.list, calledOfDrivers} {
		if slices.Contains(list, name) {
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

// mayDrive reports whether the package can have drivers: it imports the package that declares what these give, or one
// outside of the library that names its types.
func (u *unit) mayDrive() bool {
	seen := make(map[*types.Package]bool)
	var look func(pkg *types.Package) bool
	look = func(pkg *types.Package) bool {
		seen[pkg] = true
		return slices.ContainsFunc(pkg.Imports(), func(p *types.Package) bool {
			return p.Path() == "database/sql/driver" || !seen[p] && !u.standard(p) && look(p)
		})
	}
	return look(u.pkg)
}

// drives reports whether the values of a type may be a driver's, by its methods: of what a driver gives, a transaction and a result
// have none that is declared with a type of its package.
func (s *summaries) drives(tn *types.TypeName) bool {
	pointer := types.NewPointer(tn.Type())
	return hasMethod(pointer, "Rollback", "LastInsertId") || hasMethod(pointer, "Columns", "NumInput", "Prepare", "Connect", "Driver") && isDriver(s.methodsOf(tn))
}

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
		if e.does&output != 0 || strings.HasSuffix(name, ".With") || strings.HasSuffix(name, ".WithGroup") {
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
	if ok || path == "database/sql" && !s.u.mayDrive() {
		return known
	}
	scope := s.u.pkg.Scope()
	for _, name := range scope.Names() {
		tn, ok := scope.Lookup(name).(*types.TypeName)
		if !ok || types.IsInterface(tn.Type()) || path == "database/sql" && !s.drives(tn) {
			continue
		}
		for _, name := range names {
			if m, _, _ := types.LookupFieldOrMethod(types.NewPointer(tn.Type()), true, tn.Pkg(), name); m != nil {
				if m, ok := m.(*types.Func); ok && s.own[funcName(m)] != nil && s.u.fitsLibrary(m) {
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
	if !s.u.mayDrive() {
		return false
	}
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
		if m, _, _ := types.LookupFieldOrMethod(pointer, true, tn.Pkg(), "Prepare"); m != nil && hasMethod(pointer, "Begin") && hasMethod(pointer, "Close") {
			if fn, ok := m.(*types.Func); ok && s.u.fitsLibrary(fn) {
				return true // another wraps the library's own
			}
		}
	}
	return false
}

// namesakes are the methods of the package's types that the call of an interface's method may come to: those of its name and
// with its signature.
func (s *summaries) namesakes(fn *types.Func) []string {
	if s.byName == nil {
		s.byName = make(map[string][]declared)
		for _, d := range s.u.functions() {
			if d.decl.Recv != nil && s.own[d.name] != nil {
				s.byName[d.fn.Name()] = append(s.byName[d.fn.Name()], d)
			}
		}
	}
	list, known := s.sakes[fn]
	if !known {
		for _, d := range s.byName[fn.Name()] {
			if sameSignature(d.fn.Type(), fn.Type()) {
				list = append(list, d.name)
			}
		}
		s.sakes[fn] = list
	}
	return list
}

// implementersAbroad are the summaries of the methods that the call of a method of an interface, one of the program's, may come
// to in the program's packages that are imported.
func (s *summaries) implementersAbroad(fn *types.Func) []*summary {
	list, known := s.farSakes[fn]
	if known || s.u.standard(fn.Pkg()) {
		return list
	}
	recv := fn.Type().(*types.Signature).Recv().Type()
	of, ok := recv.Underlying().(*types.Interface)
	for _, pkg := range s.u.pkg.Imports() {
		if !ok || s.u.standard(pkg) {
			continue
		}
		for _, name := range pkg.Scope().Names() {
			tn, isType := pkg.Scope().Lookup(name).(*types.TypeName)
			if !isType || types.IsInterface(tn.Type()) || !types.Implements(types.NewPointer(tn.Type()), of) {
				continue
			}
			o, _, _ := types.LookupFieldOrMethod(types.NewPointer(tn.Type()), true, fn.Pkg(), fn.Name())
			if m, ok := o.(*types.Func); ok && !isInterfaceMethod(m) {
				if sum := s.lookup(funcName(m)); sum != nil {
					list = append(list, sum)
				}
			}
		}
	}
	s.farSakes[fn] = list
	return list
}

// sameSignature reports whether two methods may have one signature: of generic types that depends on the arguments.
func sameSignature(a, b types.Type) bool {
	return types.Identical(a, b) || mentionsType(a, isTypeParam) || mentionsType(b, isTypeParam)
}

// namesakeRecovers reports whether a method in sight that the call of an interface's may
// come to stops panics.
func (s *summaries) namesakeRecovers(fn *types.Func) bool {
	for _, full := range s.namesakes(fn) {
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
		if method != "RoundTrip" || tn == nil || isBody(types.NewPointer(tn.Type())) {
			return true
		}
	}
	return false
}

func isBody(t types.Type) bool { return hasMethod(t, "Read", "Write", "WriteTo", "Close") }

// bodiesAmong are those of what lies in a value that a method of it may give the library to hand on: of a transport, responses and
// their bodies.
func (b *body) bodiesAmong(set bitset, method string) (bodies bitset) {
	if !handsOn[method] {
		return nil
	}
	set.each(func(i int) {
		if t := b.g.objs[i].typ; method != "RoundTrip" || t == nil || isBody(t) || isBody(types.NewPointer(t)) || mentionsType(t, isResponse) {
			bodies.add(i)
		}
	})
	return bodies
}

func isResponse(t types.Type) bool { return isNamed(t, "net/http", "Response") }

// calledBesides are the methods that a function of the library may call besides those that read and write: to print
// and encode, and in transit.
func calledBesides(fn *types.Func) (list []*methodNames) {
	if makesAttribute(fn) {
		return nil
	}
	if few := calledToSay[fn.Pkg().Path()]; few != nil && !isInterfaceMethod(fn) {
		list = append(list, few)
	} else if printsOperands(fn) {
		list = append(list, calledToPrint)
	}
	if own := calledOfProgram(fn); own != nil {
		list = append(list, own)
	}
	return list
}

// calledOfProgram are those of them that are called of the program's own types alone; nil if there are none.
func calledOfProgram(fn *types.Func) *methodNames {
	switch path := fn.Pkg().Path(); {
	case (path == "text/template" || path == "html/template") && strings.HasPrefix(fn.Name(), "Execute"):
		return everyMethod
	case path == "net/rpc" && strings.HasPrefix(fn.Name(), "Register"):
		return everyMethod
	default:
		return calledInTransit[path]
	}
}
