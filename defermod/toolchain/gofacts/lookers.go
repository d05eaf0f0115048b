package main

import (
	"go/ast"
	"go/types"
	"sort"
	"strings"
)

// What looks at the stack may be called as a value, or by way of an interface, that nothing is known of where it is called: a hook
// in a variable, a function that another one gives.  Then it is one of those with its signature that the module uses as values,
// or a method of its name.

// lookersMark begins the names under which the lookers of packages are kept beside the summaries.
const lookersMark = "lookers "

// lookers are what looks at the stack in the package, or in one of its module that it imports: the signatures of functions that are
// values, and the names and signatures of methods, these behind a dot.
type lookers struct {
	all map[string]bool
	own map[*types.Func]bool // the declared functions among them, be they values or not
}

// lookersOf finds them once; what functions call is followed by name.
func (s *summaries) lookersOf() *lookers {
	if s.seers != nil {
		return s.seers
	}
	l := &lookers{all: make(map[string]bool), own: make(map[*types.Func]bool)}
	s.seers = l
	for name, text := range s.imported {
		if path, ok := strings.CutPrefix(name, lookersMark); ok && s.u.inModule(path) {
			for _, key := range strings.Split(text, "|") {
				l.all[key] = true
			}
		}
	}
	if s.u.standard(s.u.pkg) {
		return l
	}
	for grown := true; grown; {
		grown = false
		for _, d := range s.u.functions() {
			if d.decl.Body != nil && d.fn != nil && !l.own[d.fn] && l.looks(s, d.decl, d.decl.Body) {
				l.own[d.fn] = true
				grown = true
			}
		}
	}
	for fn := range l.own {
		if fn.Type().(*types.Signature).Recv() != nil {
			l.all["."+fn.Name()+signature(fn)] = true
		}
	}
	for _, f := range s.u.files {
		for _, decl := range f.Decls {
			l.values(s, decl)
		}
	}
	return l
}

// values notes the functions and literals in a declaration that are used as values.
func (l *lookers) values(s *summaries, decl ast.Decl) {
	called := make(map[ast.Expr]bool)
	ast.Inspect(decl, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.CallExpr:
			called[s.u.callee(n)] = true
		case *ast.FuncLit:
			if !called[n] && l.looks(s, decl, n.Body) {
				l.all[typesOf(s.u.info.TypeOf(n).(*types.Signature))] = true
			}
		case *ast.SelectorExpr:
			l.value(s, n, called[n])
			called[n.Sel] = true // what it selects was looked at as a whole
		case *ast.Ident:
			l.value(s, n, called[n])
		}
		return true
	})
}

func (l *lookers) value(s *summaries, e ast.Expr, called bool) {
	if fn, ok := s.u.named(e).(*types.Func); ok && !called && l.function(s, fn) {
		if sig, ok := coreType(s.u.info.TypeOf(e)).(*types.Signature); ok {
			l.all[typesOf(sig)] = true
		}
	}
}

// function reports whether a declared function looks at the stack.
func (l *lookers) function(s *summaries, fn *types.Func) bool {
	if s.u.standard(fn.Pkg()) {
		c := s.contractOf(fn)
		return c != nil && c.does&(frames|asksNames) != 0 && fn.Pkg().Path() != "testing"
	}
	if fn.Pkg() == s.u.pkg {
		return l.own[fn.Origin()]
	}
	e := s.effectsOf(fn)
	return e != nil && e.does&(frames|asksNames) != 0
}

// looks reports whether some code calls what looks at the stack, and may tell of it.
func (l *lookers) looks(s *summaries, decl ast.Decl, code ast.Node) bool {
	b := &body{u: s.u, sums: s, decl: decl}
	found := false
	ast.Inspect(code, func(n ast.Node) bool {
		call, ok := n.(*ast.CallExpr)
		if !ok || found {
			return !found
		}
		fn := s.u.static(s.u.callee(call))
		found = fn != nil && l.function(s, fn) && !b.asksForCaller(call) && !b.tracesOnly(call, funcName(fn))
		return !found
	})
	return found
}

// word is the line of facts for importers.
func (l *lookers) word() string {
	keys := make([]string, 0, len(l.all))
	for key := range l.all {
		keys = append(keys, key)
	}
	sort.Strings(keys)
	return strings.Join(keys, "|")
}

// mayLook notes that the call of a value, or of an interface's method, may come to what looks at the stack.
func (c *collector) mayLook(key string, w witness) {
	if c.sums.lookersOf().all[key] {
		c.note(frames, w)
		c.ownLooks |= frames
	}
}

// mayLookAt is mayLook for the function value that is called, or for those that a callee is given.
func (c *collector) mayLookAt(at ast.Node, w witness) {
	if call, ok := at.(*ast.CallExpr); ok && c.b.dynamics[call] != nil {
		if sig, ok := coreType(c.b.typeOf(call.Fun)).(*types.Signature); ok {
			c.mayLook(typesOf(sig), w)
		}
	} else if ok {
		for _, arg := range call.Args {
			if sig, ok := coreType(c.b.typeOf(arg)).(*types.Signature); ok {
				c.mayLook(typesOf(sig), w)
			}
		}
	}
}
