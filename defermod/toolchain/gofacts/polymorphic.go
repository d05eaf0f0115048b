package main

import (
	"go/ast"
	"go/types"
	"slices"
	"strings"
)

// Effect polymorphism (Lucassen and Gifford, POPL 1988): what a method does that a function calls of a parameter itself, and
// that nothing is known of there, is what the method of the caller's operand does.  So a check that reports to a value with an
// Errorf does no more than that of a *testing.T where it is given one.

// leftToCaller are methods whose effects only the caller knows, and where the first was called: by name, those that are not
// exported after their package's path.
type leftToCaller struct {
	names map[string]bool
	where string
}

// place is where the first of them was called, "" if there are none.
func (l *leftToCaller) place() string {
	if l == nil {
		return ""
	}
	return l.where
}

// leave notes that what methods of a name do on a parameter itself is left to whoever knows what that is.
func (e *effects) leave(param int, method, where string) {
	if e.left[param] == nil {
		e.left[param] = &leftToCaller{make(map[string]bool), where}
	}
	e.left[param].names[method] = true
}

// mayDo reports whether a call may have one of some effects, by itself or by a method that is left to the callers.
func (e *effects) mayDo(what effect) bool { return e.does&what != 0 || len(e.left) > 0 }

// leaveMethod leaves the call of an interface's method to the callers, if it is one of a parameter itself that they know, and
// gets nothing but strings and numbers: what it may do with more would have to be said, too.
func (c *collector) leaveMethod(w *witness, in *invoke, exprs []ast.Expr) bool {
	if c.judging || !in.abstract() || len(exprs) == 0 {
		return false
	}
	p := c.b.parameterItself(exprs[0])
	if p < 0 {
		return false
	}
	for _, arg := range in.args[1:] {
		if !c.b.g.reach(c.b.g.pts[arg]).without(c.b.g.texts).empty() {
			return false
		}
	}
	name := c.b.u.calledName(in.fn)
	if !in.fn.Exported() {
		name = cleanPath(in.fn.Pkg().Path()) + "." + name
	}
	c.asked.leave(p, name, c.place(w))
	return true
}

// leftMethods collects what a callee has left to those who know what it is given.
func (c *collector) leftMethods(at ast.Node, e *effects, w *witness, args []node, sig *shape, exprs []ast.Expr) {
	for _, p := range sortedKeys(e.left) {
		left, given := e.left[p], false
		for i, arg := range args {
			if sig.param(i) != p {
				continue
			}
			given = true
			if i < len(exprs) {
				if methods, known := c.b.methodsNamed(exprs[i], arg, left.names); known {
					for _, m := range methods {
						c.apply(at, m.effects, &witness{node: at, callee: m.name, where: left.where}, []node{c.b.followed(arg, m.way)}, nil, receiverAlone, nil)
					}
					continue
				}
				if own := c.b.parameterItself(exprs[i]); own >= 0 && !c.judging {
					for name := range left.names {
						c.asked.leave(own, name, left.where)
					}
					continue
				}
			}
			c.unknown(at, &witness{node: at, callee: w.callee, where: left.where}, []node{arg})
		}
		if !given {
			c.unknown(at, w, nil)
		}
	}
}

// methodsNamed are the methods of some names of what an operand is made with, if that and what they do is known; it may have
// no such method, so that no assertion finds one.
func (b *body) methodsNamed(e ast.Expr, operand node, names map[string]bool) (list []method, known bool) {
	t := b.typeOf(e)
	switch {
	case t == nil || isNil(b.u, e) || isTypeParam(t):
		return nil, false
	case !types.IsInterface(t):
		return b.addNamed(nil, b.sums.spelledTypes(t, true), names, false)
	case !isWhole([]ast.Expr{e}) || b.g.pts[operand].empty():
		return nil, false
	}
	for name := range names {
		if b.mayBePart(e, b.g.pts[operand], strings.TrimSuffix(name[strings.LastIndexByte(name, '.')+1:], ofProgramAlone)) {
			return nil, false
		}
	}
	known = true
	b.g.pts[operand].each(func(i int) {
		made, all := b.possibleTypes(obj(i))
		if known = known && all && len(made) > 0; known {
			list, known = b.addNamed(list, made, names, true)
		}
	})
	return list, known
}

// addNamed adds the methods that types have by some names, all of them if every is set; known is false if that can't be said
// of one or nothing is known of what it does.
func (b *body) addNamed(list []method, made []string, names map[string]bool, every bool) (more []method, known bool) {
	for _, t := range made {
		tn := b.typeNamed(t)
		for _, name := range sortedKeys(names) {
			name = strings.TrimSuffix(name, ofProgramAlone)
			if i := strings.LastIndexByte(name, '.'); i >= 0 { // it is exported from no package
				if name[:i] != cleanPath(b.u.pkg.Path()) || tn == nil || tn.Pkg() != b.u.pkg {
					return nil, false
				}
				name = name[i+1:]
			}
			m := b.methodNamed(t, name)
			m.effects = b.sums.effectsNamed(m.name)
			if tn != nil {
				fn, _, _ := types.LookupFieldOrMethod(types.NewPointer(tn.Type()), true, tn.Pkg(), name)
				if fn == nil && !every {
					continue
				}
				if fn, ok := fn.(*types.Func); ok && b.u.standard(fn.Pkg()) {
					if c := b.sums.contractOf(fn); c != nil {
						m.effects = c.effects
					}
				}
			}
			if m.inner || m.effects == nil {
				return nil, false
			}
			list = append(list, m)
		}
	}
	return list, true
}

// parameterItself is the number of the parameter, an interface, that an expression is and nothing else: a variable that gets
// nothing more, or an assertion of it; -1 if it is none.
func (b *body) parameterItself(e ast.Expr) int {
	switch e := ast.Unparen(e).(type) {
	case *ast.TypeAssertExpr:
		if e.Type != nil && types.IsInterface(b.typeOf(e.Type)) {
			return b.parameterItself(e.X)
		}
	case *ast.Ident:
		if x := b.namedVar(e); x != nil && types.IsInterface(x.Type()) && !isTypeParam(x.Type()) {
			number, known := b.itself[x]
			if !known {
				b.itself[x] = -1 // for a variable that is made of itself
				number = b.findItself(x)
				b.itself[x] = number
			}
			return number
		}
	}
	return -1
}

func (b *body) findItself(x *types.Var) int {
	var value ast.Expr
	count, addressed := 0, false
	ast.Inspect(b.decl, func(n ast.Node) bool {
		if e := b.u.addressed(n); e != nil && b.namedVar(e) == x {
			addressed = true
		}
		for _, d := range gets(n) {
			if b.namedVar(d.left) == x {
				count++
				value = nil
				if _, loop := n.(*ast.RangeStmt); !loop && d.result == 0 {
					value = d.value
				}
			}
		}
		return !addressed
	})
	if addressed || count > 1 {
		return -1
	}
	i := slices.IndexFunc(b.params, func(p obj) bool { return p >= 0 && b.g.objs[p].v == x })
	if i < 0 && value != nil {
		return b.parameterItself(value)
	}
	if count > 0 {
		return -1 // a parameter may be what it was before
	}
	return i
}
