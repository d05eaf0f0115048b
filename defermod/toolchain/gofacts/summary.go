package main

import (
	"bytes"
	"fmt"
	"go/types"
	"os"
	"sort"
	"strconv"
	"strings"
)

// A summary says what becomes of what a function is given.
type summary struct {
	edges    []edge // sorted
	unknown  bool   // there are no edges because nothing is known
	recovers bool   // the body calls recover, outside of function literals
	calm     calm   // what a call can't do
	effects  *effects
	asked    int // the turn of solveAll that it was last asked for in
}

// An edge says that something reachable from one end may be stored in, or
// returned as, something reachable from the other.
type edge struct{ from, to end }

// An end of an edge is a parameter (the receiver is number 0), a result, the
// heap, or code that nothing is known about.
//
// An edge from a result is about what the function has made for it: that too
// may be stored elsewhere.
//
// For a parameter of function type an edge to it means that it is called with
// the thing.
type end struct {
	kind  endKind
	index int
}

type endKind uint8

const (
	toParam endKind = iota
	// toItself is what a parameter itself points to, or is a map or slice of, and no deeper: see setters of fields in itself.go.
	toItself
	toResult
	toHeap
	toUnknown
	// inResult is inside of a result, but is not the result itself: what was made
	// in the function, or by a function that it called, is new to the caller.
	inResult
	// ofMemory is where a flow begins that carries no more of a parameter than
	// plain memory in it: the bytes in a buffer, not the file that they are from.
	ofMemory
	// ofText is where a flow begins that carries no more of a parameter than
	// strings in it, or numbers: the address of a server, not the server.
	ofText
	ofNumber
	// ofName is where a flow begins that carries no more than the names that a parameter came with.
	ofName
	// ofDescriptor is where a flow of the number of a file descriptor begins.
	ofDescriptor
	// toLent is a method of an interface that by convention does not keep what it is given.
	toLent
	// toPool is a sync.Pool, of whatever.
	toPool
	// toOver are goroutines that go on only when a context has ended that they have: what else they have others have as well.
	toOver
	// toAwaited are goroutines that are over once something was received from a result, a channel, or, where the number is odd, once
	// that is closed: see awaited.go.
	toAwaited
	// ofOthers is where a flow of strings and numbers begins that other code has, too.
	ofOthers
	// ofCall is what a result, a function, is called with: what becomes of it, and what
	// is stored in it.
	ofCall
	// ofMade is where the flows begin of what the function has made and put into several of
	// its ends: whoever changes it by way of one is noticed by way of the other.  Those of what it
	// has put into parameter i alone, and that may be called, begin at number i+1.
	ofMade
	// ofGiven is what a parameter, a function, gives when it is called, by result, and inGiven all that leads to:
	// see given.go.
	ofGiven
	inGiven
	endKinds int = iota
)

func (e end) String() string {
	switch e.kind {
	case toParam:
		return "p" + strconv.Itoa(e.index)
	case toItself:
		return "o" + strconv.Itoa(e.index)
	case toResult:
		return "r" + strconv.Itoa(e.index)
	case inResult:
		return "i" + strconv.Itoa(e.index)
	case ofMemory:
		return "m" + strconv.Itoa(e.index)
	case ofText:
		return "t" + strconv.Itoa(e.index)
	case ofNumber:
		return "n" + strconv.Itoa(e.index)
	case ofName:
		return "s" + strconv.Itoa(e.index)
	case ofDescriptor:
		return "f" + strconv.Itoa(e.index)
	case ofCall:
		return "a" + strconv.Itoa(e.index)
	case ofOthers:
		return "told"
	case ofMade:
		return "b" + strconv.Itoa(e.index)
	case ofGiven:
		return "g" + strconv.Itoa(e.index)
	case inGiven:
		return "h" + strconv.Itoa(e.index)
	case toPool:
		return "pool"
	case toOver:
		return "over"
	case toAwaited:
		return "w" + strconv.Itoa(e.index)
	case toLent:
		return "lent"
	case toHeap:
		return "heap"
	}
	return "?"
}

// ofOperand reports whether a flow begins at a parameter, or at a part of it.
func (e end) ofOperand() bool {
	switch e.kind {
	case toParam, ofMemory, ofText, ofNumber, ofName, ofDescriptor:
		return true
	}
	return false
}

// intoOperand reports whether a flow ends in what operand i leads to, however deep.
func (e end) intoOperand(i int) bool {
	return (e.kind == toParam || e.kind == toItself) && e.index == i
}

func parseEnd(s string) (end, error) {
	switch s {
	case "heap":
		return end{kind: toHeap}, nil
	case "lent":
		return end{kind: toLent}, nil
	case "told":
		return end{kind: ofOthers}, nil
	case "pool":
		return end{kind: toPool}, nil
	case "over":
		return end{kind: toOver}, nil
	case "?":
		return end{kind: toUnknown}, nil
	}
	if len(s) > 1 {
		kind, ok := map[byte]endKind{'p': toParam, 'r': toResult, 'i': inResult, 'm': ofMemory, 't': ofText, 'n': ofNumber, 'f': ofDescriptor, 's': ofName, 'a': ofCall, 'b': ofMade, 'g': ofGiven, 'h': inGiven, 'w': toAwaited, 'o': toItself}[s[0]]
		if i, err := strconv.Atoi(s[1:]); ok && err == nil {
			return end{kind, i}, nil
		}
	}
	return end{}, fmt.Errorf("%q is not an end of a flow", s)
}

// String is the form in which summaries are kept, see tables.go:
// edges such as "p0>r0 p1>heap", then "recovers"; "-" if there is nothing to say.
func (s *summary) String() string {
	var words []string
	if s.unknown {
		words = append(words, "unknown")
	}
	for _, e := range s.edges {
		words = append(words, e.from.String()+">"+e.to.String())
	}
	if s.recovers {
		words = append(words, "recovers")
	}
	if s.effects != nil {
		words = append(words, s.effects.words("")...)
		words = append(words, "effects")
	}
	words = append(words, s.calm.words()...)
	if words == nil {
		return "-"
	}
	return strings.Join(words, " ")
}

// key is the form without the places, which may differ between two solutions that say the same.
func (s *summary) key() string {
	words := strings.Fields(s.String())
	for i, word := range words {
		if name := strings.TrimLeft(word, "r."); !strings.HasPrefix(name, "k:") && !strings.HasPrefix(name, "z:") { // those are no places
			words[i], _, _ = strings.Cut(word, "@")
		}
	}
	return strings.Join(words, " ")
}

func (s *summary) effect() *effects {
	if s.effects == nil {
		s.effects = newEffects()
	}
	return s.effects
}

func parseSummary(text string) (*summary, error) {
	s := new(summary)
	for _, word := range strings.Fields(text) {
		switch word {
		case "-":
		case "unknown":
			s.unknown = true
		case "recovers":
			s.recovers = true
		case "effects":
			s.effect()
		default:
			if s.calm.read(word) {
				continue
			}
			if strings.ContainsRune(word, ':') || word == "r" {
				if _, err := s.effect().parseWord(word); err != nil {
					return nil, err
				}
				continue
			}
			from, to, _ := strings.Cut(word, ">")
			f, err := parseEnd(from)
			if err != nil {
				return nil, err
			}
			t, err := parseEnd(to)
			if err != nil {
				return nil, err
			}
			s.edges = append(s.edges, edge{f, t})
		}
	}
	return s, nil
}

// summaries holds what is known about functions, by the name that funcName gives.
type summaries struct {
	u          *unit
	ignored    effect              // for tests of the tests: effects that are not seen
	own        map[string]*summary // of the package at hand
	turn       int                 // of solveAll, and the functions whose summaries it has asked for, see ownOf
	asked      []string
	imported   map[string]string // not parsed yet
	parsed     map[string]*summary
	bodies     map[string]*summary  // what imported says, known.txt aside
	foreign    map[string]*effects  // see effectsAbroad
	promoted   map[[2]string]method // see methodOf
	contracts  map[*types.Func]*contract
	callables  map[*methodNames]*callables
	under      map[types.Type][]string          // the program's own types in a type, see callableUnder
	typeNames  map[string]*types.TypeName       // see typeNamed
	spelled    map[making][]string              // see spelledTypes
	methodSets map[*types.TypeName][]methodName // see methodsOf
	abroad     map[string][]methodName          // see methodsAbroad
	methods    map[[2]string]*methodInSight     // see inSight
	hierarchy  map[string][]string              // see implementers
	byName     map[string][]declared            // see namesakes
	sakes      map[*types.Func][]string
	farSakes   map[*types.Func][]*summary // see implementersAbroad
	sets       map[string]*methodNames    // see namesOf
	absent     map[string]*types.Func     // see declaredMethod
	holding    map[heldMethod]bool        // see holdsOther
	panicked   *panicked
	atPanics   map[string]effect // by the last name of imported functions: whether some pend, or stop panics
	family     *family
	seers      *lookers // see lookersOf
}

func newSummaries(u *unit) *summaries {
	return &summaries{
		u: u, own: make(map[string]*summary), imported: make(map[string]string), parsed: make(map[string]*summary),
		bodies: make(map[string]*summary), foreign: make(map[string]*effects), promoted: make(map[[2]string]method),
		contracts: make(map[*types.Func]*contract), sakes: make(map[*types.Func][]string), farSakes: make(map[*types.Func][]*summary),
		callables: make(map[*methodNames]*callables), methods: make(map[[2]string]*methodInSight), under: make(map[types.Type][]string), typeNames: make(map[string]*types.TypeName), spelled: make(map[making][]string), methodSets: make(map[*types.TypeName][]methodName), hierarchy: make(map[string][]string), sets: make(map[string]*methodNames), absent: make(map[string]*types.Func), holding: make(map[heldMethod]bool), atPanics: make(map[string]effect),
	}
}

// ownOf is the summary of a function of the package at hand, nil for others.  Whoever is being
// summarized depends on it from now on.
func (s *summaries) ownOf(name string) *summary {
	own := s.own[name]
	if own != nil && own.asked != s.turn {
		own.asked = s.turn
		s.asked = append(s.asked, name)
	}
	return own
}

// lookup returns nil where there is nothing to know: functions without a body,
// methods of interfaces.  What is said in known.txt comes first.
func (s *summaries) lookup(name string) *summary {
	if known, ok := wellKnown[name]; ok {
		return known
	}
	if own := s.ownOf(name); own != nil {
		return own
	}
	if sum, ok := s.parsed[name]; ok {
		return sum
	}
	var sum *summary
	if text, ok := s.imported[name]; ok {
		sum, _ = parseSummary(text)
	}
	s.parsed[name] = sum
	return sum
}

// effectsOf is what the body of a function does, nil if that is not known.
// known.txt speaks of flows only.
func (s *summaries) effectsOf(fn *types.Func) *effects { return s.effectsNamed(funcName(fn)) }

// effectsNamed is the same for a name; a method of the standard library by what is stated of it.
func (s *summaries) effectsNamed(name string) *effects {
	if own := s.ownOf(name); own != nil {
		return own.effects
	}
	e, ok := s.foreign[name]
	if !ok {
		e = s.effectsAbroad(name)
		s.foreign[name] = e
	}
	return e
}

// effectsAbroad is effectsNamed for functions of other packages, which stays the same.
func (s *summaries) effectsAbroad(name string) *effects {
	if c := stated[name]; c != nil {
		return c.effects
	}
	if i := strings.LastIndexByte(name, '.'); i > 0 {
		if c := stated[name[:i]+".*"]; c != nil && s.imported[name] != "" {
			return c.effects
		}
	}
	if sum := s.body(name); sum != nil {
		return sum.effects
	}
	return nil
}

// body is what the body of an imported function says, nil if that is not known.
func (s *summaries) body(name string) *summary {
	sum, ok := s.bodies[name]
	if !ok {
		if text, found := s.imported[name]; found {
			sum, _ = parseSummary(text)
		}
		s.bodies[name] = sum
	}
	return sum
}

// laterOf is what calling the results of a function does, nil if that is not known.
func (s *summaries) laterOf(fn *types.Func) *effects {
	if c := s.contractOf(fn); c != nil {
		return c.later
	}
	if e := s.effectsOf(fn); e != nil {
		return e.later
	}
	return nil
}

// recovers tells whether a function calls recover itself; nil if that is not known.
// known.txt does not say, so the body's word counts, if there was one.
func (s *summaries) recovers(name string) *bool {
	sum := s.ownOf(name)
	if sum == nil {
		sum = s.body(name)
	}
	if sum == nil {
		return nil
	}
	return &sum.recovers
}

// origin tells whether a result of fn may be something from elsewhere than the
// operands, and whether what was made for one may have been stored elsewhere.
func (s *summaries) origin(fn *types.Func, h *holder) (old, kept bool) {
	sum := s.lookup(calleeName(fn))
	if sum == nil {
		sum = presumed(fn, h)
	}
	if sum == nil || sum.unknown {
		return true, true
	}
	for _, e := range sum.edges {
		old = old || e.to.kind == toResult && (e.from.kind == toHeap || e.from.kind == toUnknown)
		kept = kept || e.from.kind == toResult
	}
	return old, kept
}

// standardMark stands in the place of a summary for the packages of the standard library.
const standardMark = "std"

// funcName is types.Func.FullName for the generic function itself, without
// type parameters and without the marks of test variants:
// os.Open, (*sync/atomic.Pointer).Load, (io.Reader).Read.
func funcName(fn *types.Func) string {
	fn = fn.Origin()
	name, ok := funcNames[fn]
	if !ok {
		name = spellFunc(fn)
		funcNames[fn] = name
	}
	return name
}

// funcNames has the names that were asked for: each is, again and again.
var funcNames = make(map[*types.Func]string)

func spellFunc(fn *types.Func) string {
	name := fn.FullName()
	for depth, i := 0, 0; i < len(name); i++ {
		switch name[i] {
		case '[':
			depth++
		case ']':
			if depth--; depth == 0 {
				return name[:strings.IndexByte(name, '[')] + name[i+1:]
			}
		}
	}
	return name
}

// importSummaries reads the facts that runs for the direct imports have left.
func importSummaries(u *unit, files map[string]string) (*summaries, error) {
	s := newSummaries(u)
	for _, file := range files {
		data, err := os.ReadFile(file)
		if err != nil {
			return nil, err
		}
		s.read(data)
	}
	return s, nil
}

// atPanicsWords are the words of summaries that say so, see effects.words.
var atPanicsWords = []struct {
	bit  effect
	word string
}{{pends, " e:" + pends.String() + "@"}, {stops, " e:" + stops.String() + "@"}}

// read takes up the facts that a run has left.
func (s *summaries) read(facts []byte) {
	for _, line := range strings.Split(string(facts), "\n") {
		if name, text, ok := strings.Cut(line, "\t"); ok && text == standardMark {
			s.u.std[name] = true
		} else if ok {
			s.imported[name] = text
			for _, n := range atPanicsWords {
				if strings.Contains(text, n.word) {
					s.atPanics[name[strings.LastIndexByte(name, '.')+1:]] |= n.bit
				}
			}
		}
	}
}

// export writes down what importers of the package can call: its own exported
// functions and methods, and, because they see only the facts of their direct
// imports, the exported methods of all types of other packages that they can
// come by through this one.
func (s *summaries) export(u *unit) []byte {
	var lines []string
	converts := s.conversions()
	for name, sum := range s.own {
		if ast := name[strings.LastIndexByte(name, '.')+1:]; types.Universe.Lookup(ast) == nil && isExported(ast) {
			text, ok := converts[name]
			if !ok {
				text = sum.String()
			}
			lines = append(lines, name+"\t"+text)
		}
	}
	reachable := reachableMethods(u.pkg)
	s.addResults(reachable)
	for name := range reachable {
		if text, ok := s.imported[name]; ok {
			lines = append(lines, name+"\t"+text)
		}
	}
	if s.family != nil {
		lines = append(lines, s.family.lines(reachable)...)
	}
	if seers := s.lookersOf(); len(seers.all) > 0 {
		lines = append(lines, lookersMark+u.pkg.Path()+"\t"+seers.word())
	}
	for path := range u.std {
		lines = append(lines, path+"\t"+standardMark)
	}
	sort.Strings(lines)
	var out bytes.Buffer
	for _, line := range lines {
		out.WriteString(line)
		out.WriteByte('\n')
	}
	return out.Bytes()
}

// addResults adds the methods of the types of other packages that exported functions make
// their results with, though their own types, interfaces, do not lead there.
func (s *summaries) addResults(methods map[string]bool) {
	made := make(map[string]bool)
	for name, sum := range s.own {
		if sum.effects != nil && isExported(name[strings.LastIndexByte(name, '.')+1:]) {
			for _, list := range sum.effects.types {
				for _, t := range list {
					made["("+t+")"] = true
				}
			}
		}
	}
	for name := range s.imported {
		if i := strings.LastIndexByte(name, '.'); i > 0 && made[name[:i]] {
			methods[name] = true
		}
	}
}
