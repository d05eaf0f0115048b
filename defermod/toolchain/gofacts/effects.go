package main

import (
	_ "embed"
	"fmt"
	"go/types"
	"sort"
	"strconv"
	"strings"
)

// An effect is something that a call does and that code which holds none of its
// operands may notice.
type effect uint32

const (
	fileSystem   effect = 1 << iota // changes, or asks for, names in the file system, the working directory, the umask
	network                         // addresses and ports, and whoever listens there
	environment                     // environment variables
	process                         // other processes, signals, limits
	database                        // rows and locks of a database
	output                          // lines on the standard streams and in logs
	acquires                        // a lock or another right that is held when the call returns
	releases                        // gives up what acquires has taken
	signals                         // channels, wait groups, conditions: others wait for it, or it for them
	sharedMemory                    // package variables, and what other goroutines can reach
	leaves                          // the goroutine or the program may end in it
	frames                          // looks at the stack: sees one more frame in a literal
	starts                          // leaves a goroutine or a callback running
	anything                        // unknown
	cancels                         // ends a context
	quits                           // ends the program, without its deferred calls
	fails                           // fails or skips the test that runs it
	panics                          // the body calls panic
	peers                           // whoever is at the other end of a connection
	scratch                         // changes files under names that the function chose itself
	looks                           // reads what other code can change: package variables, memory that it was not given
	lists                           // asks for all names in a directory
	catches                         // of results that are functions: recovers a panic when it is deferred
	rests                           // of results: they read the rest from what the function was given
	traces                          // keeps what it sees of the stack in errors and lines of logs, for people
	named                           // changes files under names that the function writes itself, or that everybody knows
	asksTest                        // asks whether the test has failed, or was skipped
	marksTest                       // marks the test as failed
	pends                           // a panic that leaves it leaves goroutines running that it waits for else: see pending.go
	stops                           // stops panics of functions that it is given
	asksNames                       // asks for the names of functions: a literal in a closure has another
)

// world are the effects on what is named by strings and numbers.
const world = fileSystem | network | environment | process | database

// onStack are the effects that a function has for what it sees of the stack, or of the names of functions.
const onStack = frames | traces | asksNames

var effectNames = []struct {
	bit  effect
	name string
	says string
}{
	{fileSystem, "fs", "changes the file system"},
	{network, "net", "changes what can be reached over the network"},
	{environment, "env", "changes the environment of the process"},
	{process, "proc", "acts on processes or signals"},
	{database, "db", "changes the state of a database"},
	{output, "out", "prints"},
	{acquires, "acq", "takes a lock or another right"},
	{releases, "rel", "gives up a lock or another right"},
	{signals, "sig", "waits for or wakes other goroutines"},
	{sharedMemory, "heap", "changes what other code can reach"},
	{panics, "panic", "may panic"},
	{peers, "peer", "is noticed at the other end of a connection"},
	{leaves, "exit", "may end the goroutine or the program"},
	{frames, "frame", "looks at the stack"},
	{starts, "go", "leaves something running"},
	{anything, "any", "runs code that nothing is known about"},
	{cancels, "cancel", "cancels a context"},
	{fails, "fail", "may fail the test"},
	{quits, "quit", "ends the program"},
	{scratch, "scratch", "removes temporary files"},
	{looks, "look", "reads what other code can change"},
	{lists, "list", "looks through a directory"},
	{catches, "recover", "recovers a panic"},
	{rests, "rest", "gives what reads on from its operands"},
	{traces, "trace", "keeps a trace of the stack"},
	{named, "named", "changes files under names of its own"},
	{asksTest, "test", "asks how the test goes"},
	{marksTest, "mark", "marks the test as failed"},
	{pends, "pend", "leaves goroutines running if it panics"},
	{stops, "stop", "stops panics of functions that it is given"},
	{asksNames, "name", "asks for the name of a function"},
}

func (e effect) String() string {
	var words []string
	for _, n := range effectNames {
		if e&n.bit != 0 {
			words = append(words, n.name)
		}
	}
	return strings.Join(words, "+")
}

func parseEffect(text string) (effect, error) {
	var e effect
	for _, word := range strings.Split(text, "+") {
		found := false
		for _, n := range effectNames {
			if n.name == word {
				e |= n.bit
				found = true
			}
		}
		if !found {
			return 0, fmt.Errorf("%q is no effect", word)
		}
	}
	return e, nil
}

// level says how deep into what a parameter leads to a function writes.
type level uint8

const (
	touchesNothing level = iota
	touchesItself        // what the parameter points to, and nothing beyond
	touchesMemory        // and what the caller has made and stored in that, see held
	touchesDeep          // anything that it leads to
)

// effects are what a call of a function may do, beside the flows of its operands.
type effects struct {
	does effect
	// where is, for each effect, the place in the body: "pool.go:41:3".
	where map[effect]string
	// writes says for each parameter how deep the function writes; calls, whether
	// it calls a function or an unknown method that the parameter leads to.
	writes map[int]level
	calls  map[int]bool
	// methods are, for each parameter, the methods of interfaces that the function calls
	// of it, or of what it leads to: the caller may know whose they are.
	methods map[int]map[string]bool
	asked   map[int]*methodNames  // see askedOf
	passed  map[int]passing       // how much of each parameter these methods may get
	left    map[int]*leftToCaller // those of them whose effects only the caller knows, see polymorphic.go
	// assumed are the assumptions that it rests on, where it is not the standard library's.
	assumed map[string]bool
	// reads says for each parameter how deep the function reads.
	reads map[int]level
	// wrote is the place of the deepest write, by parameter.
	wrote map[int]string
	// fresh are the results that are names which the function, or the system, chose.
	fresh map[int]bool
	// owned are the results that the method of an interface has given, and only to the function.
	owned map[int]bool
	// relayed are the results that are nothing but what functions give which the function was given.
	relayed map[int]bool
	// types are, by result of an interface type, the types that it is made with, if all are known.
	types map[int][]string
	// inside are, by result, the program's own types of what the function has made and put
	// into it.
	inside map[int][]string
	// tells are the parameters that the function tells, over the network, somebody whom they don't name.
	tells map[int]bool
	// later is what calling the results does, if they are functions or lead to some.
	later *effects
	// order has the keys of writes, calls and methods: they only become more.
	order [3][]int
}

// written, called and questioned are, in order, the parameters, or results, that it writes to, calls, and calls methods of.
func (e *effects) written() []int    { return inOrder(&e.order[0], e.writes) }
func (e *effects) called() []int     { return inOrder(&e.order[1], e.calls) }
func (e *effects) questioned() []int { return inOrder(&e.order[2], e.methods) }

func inOrder[V any](known *[]int, m map[int]V) []int {
	if len(*known) != len(m) {
		*known = sortedKeys(m)
	}
	return *known
}

func newEffects() *effects {
	return &effects{where: make(map[effect]string), writes: make(map[int]level), calls: make(map[int]bool), wrote: make(map[int]string), reads: make(map[int]level), fresh: make(map[int]bool), owned: make(map[int]bool), relayed: make(map[int]bool), types: make(map[int][]string), methods: make(map[int]map[string]bool), passed: make(map[int]passing), left: make(map[int]*leftToCaller), assumed: make(map[string]bool), inside: make(map[int][]string), tells: make(map[int]bool)}
}

// add notes an effect at a place.
func (e *effects) add(what effect, where string) {
	for bit := effect(1); bit <= what; bit <<= 1 {
		if what&bit != 0 && e.does&bit == 0 {
			e.does |= bit
			e.where[bit] = where
		}
	}
}

func (e *effects) write(param int, l level, where string) {
	if l > e.writes[param] {
		e.writes[param] = l
		e.wrote[param] = where
	}
}

// ask notes the call of a method of what a parameter leads to.
func (e *effects) ask(param int, method string) {
	if e.methods[param] == nil {
		e.methods[param] = make(map[string]bool)
	}
	e.methods[param][method] = true
}

// words is the form in which effects are kept: see tables.go.
func (e *effects) words(prefix string) []string {
	var words []string
	for _, n := range effectNames {
		if e.does&n.bit != 0 {
			words = append(words, prefix+"e:"+n.name+"@"+e.where[n.bit])
		}
	}
	for p, l := range e.writes {
		letter := map[level]string{touchesItself: "w", touchesMemory: "m", touchesDeep: "d"}[l]
		words = append(words, prefix+letter+":"+strconv.Itoa(p)+"@"+e.wrote[p])
	}
	for p := range e.calls {
		words = append(words, prefix+"c:"+strconv.Itoa(p)+"@")
	}
	for p, l := range e.reads {
		letter := "v"
		if l == touchesDeep {
			letter = "x"
		}
		words = append(words, prefix+letter+":"+strconv.Itoa(p)+"@")
	}
	for i := range e.fresh {
		words = append(words, prefix+"n:"+strconv.Itoa(i)+"@")
	}
	for p := range e.tells {
		words = append(words, prefix+"u:"+strconv.Itoa(p)+"@")
	}
	for i := range e.relayed {
		words = append(words, prefix+"g:"+strconv.Itoa(i)+"@")
	}
	for i := range e.owned {
		words = append(words, prefix+"o:"+strconv.Itoa(i)+"@")
	}
	for p, names := range e.methods {
		words = append(words, prefix+"k:"+strconv.Itoa(p)+"@"+strings.Join(sortedKeys(names), ";"))
	}
	for p, much := range e.passed {
		words = append(words, prefix+map[passing]string{passesText: "t:", passesAll: "p:"}[much]+strconv.Itoa(p)+"@")
	}
	for p, left := range e.left {
		words = append(words, prefix+"j:"+strconv.Itoa(p)+"="+strings.Join(sortedKeys(left.names), ";")+"@"+left.where)
	}
	for name := range e.assumed {
		words = append(words, prefix+"a:"+name+"@")
	}
	for i, list := range e.inside {
		words = append(words, prefix+"z:"+strconv.Itoa(i)+"@"+strings.Join(list, ";"))
	}
	for i, list := range e.types {
		words = append(words, prefix+"y:"+strconv.Itoa(i)+"@"+strings.Join(list, ";"))
	}
	sort.Strings(words)
	if e.later != nil {
		words = append(words, e.later.words(prefix+"r.")...)
		words = append(words, prefix+"r")
	}
	return words
}

// parseWord reads one of the words; ok is false for others.
func (e *effects) parseWord(word string) (ok bool, err error) {
	for strings.HasPrefix(word, "r.") {
		e = e.result()
		word = word[2:]
	}
	if word == "r" {
		e.result()
		return true, nil
	}
	if len(word) < 3 || word[1] != ':' {
		return false, nil
	}
	what, where, _ := strings.Cut(word[2:], "@")
	if word[0] == 'e' {
		bits, err := parseEffect(what)
		if err != nil {
			return true, err
		}
		e.add(bits, where)
		return true, nil
	}
	if word[0] == 'a' {
		e.assumed[what] = true
		return true, nil
	}
	what, names, _ := strings.Cut(what, "=")
	p, err := strconv.Atoi(what)
	if err != nil {
		return true, err
	}
	switch word[0] {
	case 'j':
		for _, name := range strings.Split(names, ";") {
			e.leave(p, name, where)
		}
	case 'k':
		for _, name := range strings.Split(where, ";") {
			e.ask(p, name)
		}
	case 't':
		e.passed[p] = passesText
	case 'p':
		e.passed[p] = passesAll
	case 'w':
		e.write(p, touchesItself, where)
	case 'm':
		e.write(p, touchesMemory, where)
	case 'd':
		e.write(p, touchesDeep, where)
	case 'c':
		e.calls[p] = true
	case 'v':
		e.reads[p] = touchesItself
	case 'x':
		e.reads[p] = touchesDeep
	case 'y':
		e.types[p] = strings.Split(where, ";")
	case 'z':
		e.inside[p] = strings.Split(where, ";")
	case 'n':
		e.fresh[p] = true
	case 'g':
		e.relayed[p] = true
	case 'o':
		e.owned[p] = true
	case 'u':
		e.tells[p] = true
	default:
		return false, nil
	}
	return true, nil
}

// result is what calling the results does.
func (e *effects) result() *effects {
	if e.later == nil {
		e.later = newEffects()
	}
	return e.later
}

//go:embed effects.txt
var effectsText string

// stated is what effects.txt says of functions of the standard library, and of
// whole packages of it.
var stated = parseStated(effectsText)

type contract struct {
	*effects
	// named: the result of the function has a name that nobody chose: a temporary
	// file, a free port.  The argument, if there is one, has the value that makes it so.
	names    bool
	argument int
	value    string
	// others is what it rests on where operand 0 is nothing that the library has made.
	others string
	// fills: calls of the system, which may write to whatever they are given the address of.
	fills bool
	// passes: what it passes on to methods of its operands is said.
	passes bool
}

func parseStated(text string) map[string]*contract {
	table := make(map[string]*contract)
	eachLine(text, func(name string, words []string) {
		c := &contract{effects: newEffects(), argument: -1}
		for _, word := range words {
			switch {
			case word == "-":
			case strings.HasPrefix(word, "assumes:"):
				c.assumed[word[len("assumes:"):]] = true
			case strings.HasPrefix(word, "others:"):
				c.others = word[len("others:"):]
			case word == "fills":
				c.fills = true
			case word == "p:none":
				c.passes = true
			case word == "fresh":
				c.names = true
			case strings.HasPrefix(word, "fresh:"):
				c.names = true
				arg, value, _ := strings.Cut(word[len("fresh:"):], "=")
				c.argument, _ = strconv.Atoi(arg)
				c.value = value
			default:
				ok, err := c.parseWord(word)
				if !ok || err != nil {
					panic(fmt.Sprintf("effects.txt: %s: %q: %v", name, word, err))
				}
			}
		}
		c.passes = c.passes || len(c.passed) > 0
		table[name] = c
	})
	return table
}

// contractOf is what is stated of a function: by its name, by the name and
// signature of a method of an interface, or for its package of the standard library.
func (s *summaries) contractOf(fn *types.Func) *contract {
	c, ok := s.contracts[fn]
	if !ok {
		c = s.findContract(fn)
		s.contracts[fn] = c
	}
	return c
}

func (s *summaries) findContract(fn *types.Func) *contract {
	name := funcName(fn)
	if fn.Pkg() != nil && !s.u.standard(fn.Pkg()) && !isInterfaceMethod(fn) && !strings.HasPrefix(fn.Pkg().Path(), "golang.org/x/sys/") {
		return nil
	}
	if c := stated[name]; c != nil {
		return c
	}
	if isInterfaceMethod(fn) {
		if c := stated["."+fn.Name()+signature(fn)]; c != nil {
			return c
		}
	}
	if recv := fn.Type().(*types.Signature).Recv(); recv != nil {
		if i := strings.LastIndexByte(name, '.'); i > 0 {
			if c := stated[name[:i]+".*"]; c != nil {
				return c
			}
		}
		return nil
	}
	c := stated[fn.Pkg().Path()+".*"]
	if c != nil && c.fills {
		return &contract{effects: filling(fn, c.does), argument: -1}
	}
	return c
}

// filling is what a function does that has some effects on the world, and writes to what its operands point to, and to
// the numbers in slices.
func filling(fn *types.Func, does effect) *effects {
	e := newEffects()
	e.add(does, "")
	params := fn.Type().(*types.Signature).Params()
	for i := range params.Len() {
		switch t := coreType(params.At(i).Type()).(type) {
		case *types.Pointer:
			e.write(i, touchesItself, "")
		case *types.Slice:
			if b, ok := t.Elem().Underlying().(*types.Basic); ok && b.Info()&types.IsNumeric != 0 {
				e.write(i, touchesItself, "")
			}
		}
	}
	return e
}
