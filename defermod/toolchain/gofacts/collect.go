package main

import (
	"cmp"
	"fmt"
	"go/ast"
	"go/constant"
	"go/token"
	"go/types"
	"path/filepath"
	"slices"
	"strings"
)

// A collector finds the effects of statements of a function whose graph is solved.
type collector struct {
	b    *body
	sums *summaries
	seen map[ast.Node]bool
	// rights are the locks that were taken and given up, by what the text calls them.
	taken, gave map[string]*witness

	does   map[effect]*witness
	writes []write
	looked []write // what it reads of memory that may change
	// lookedInto is read at any depth.
	lookedInto bitset
	vars       map[*types.Var]ast.Node // variables of the function that are assigned to
	reads      map[*types.Var]ast.Node // and that are read
	assumes    map[string]bool
	// opaque are the calls of which nothing is known: methods of interfaces and
	// function values that nothing was found for.
	opaque []*ast.CallExpr
	params map[int]bool // function parameters of the function at hand that are called
	asked  *effects     // whose methods are those that parameters were asked for
	// once has the function values and results of calls whose calls were collected.
	once map[any]bool
	// judging is set where the function's callers are out of sight.
	judging bool
	// known is what other code can reach.
	known bitset
}

// A write is a set of objects that something may be written to, or read from.
type write struct {
	objs bitset
	deep map[int]bool // the parameters that this happens to more than one step away from
	w    *witness
}

// A witness is a place in the function at hand that shows an effect, and one in a
// called function, if the effect is found there.
type witness struct {
	node   ast.Node
	callee string // the function's name
	where  string // "pool.go:41:3" in it
}

func newCollector(b *body, sums *summaries) *collector {
	return &collector{
		b: b, sums: sums, seen: make(map[ast.Node]bool),
		taken: make(map[string]*witness), gave: make(map[string]*witness),
		does: make(map[effect]*witness), vars: make(map[*types.Var]ast.Node), reads: make(map[*types.Var]ast.Node),
		assumes: make(map[string]bool), params: make(map[int]bool), once: make(map[any]bool), asked: newEffects(),
	}
}

func (c *collector) add(what effect, w *witness) {
	for bit := effect(1); bit <= what; bit <<= 1 {
		if what&bit != 0 && c.does[bit] == nil {
			c.does[bit] = w
		}
	}
}

func (c *collector) has(what effect) *witness {
	for _, n := range effectNames {
		if what&n.bit != 0 && c.does[n.bit] != nil {
			return c.does[n.bit]
		}
	}
	return nil
}

// settle adds the rights that are not given back within what was collected.
func (c *collector) settle() {
	for _, name := range sortedKeys(c.taken) {
		if c.gave[name] == nil {
			c.add(acquires, c.taken[name])
		}
	}
	for _, name := range sortedKeys(c.gave) {
		if c.taken[name] == nil {
			c.add(releases, c.gave[name])
		}
	}
}

// walk collects the effects of a node; bodies of literals count where these are called.
func (c *collector) walk(root ast.Node) {
	if root == nil {
		return
	}
	ast.Inspect(root, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.FuncLit:
			return false
		case *ast.Ident:
			if v, ok := c.b.u.info.Uses[n].(*types.Var); ok && !v.IsField() {
				switch {
				case !c.b.local(v):
					if c.b.mayChange(v) {
						c.add(looks, &witness{node: n})
					}
				case c.reads[v] == nil:
					c.reads[v] = n
				}
			}
		case *ast.SelectorExpr:
			if sel := c.b.u.info.Selections[n]; sel != nil && sel.Kind() == types.FieldVal && c.b.throughPointer(n, sel.Index()) {
				_, pointer := c.b.field(n, sel.Index())
				c.look(pointer, n.X, len(sel.Index()) == 1, n)
			} else if sel != nil && sel.Kind() == types.MethodVal && !types.IsInterface(sel.Recv()) {
				recv := sel.Obj().Type().(*types.Signature).Recv()
				switch {
				case recv == nil || pointee(recv.Type()) != nil:
				case len(sel.Index()) > 1:
					c.lookInto(c.b.eval(n.X), &witness{node: n}) // through what is embedded
				case pointee(c.b.typeOf(n.X)) != nil:
					c.look(c.b.eval(n.X), n.X, true, n) // x.M is (*x).M
				}
			}
		case *ast.StarExpr:
			if c.b.u.info.Types[n].IsValue() {
				c.look(c.b.eval(n.X), n.X, true, n)
			}
		case *ast.IndexExpr:
			c.lookAtElements(n.X, n)
		case *ast.AssignStmt:
			for _, l := range n.Lhs {
				if n.Tok != token.DEFINE {
					c.assign(l)
				} else if id, ok := l.(*ast.Ident); ok && c.b.u.info.Defs[id] == nil {
					c.assign(l)
				}
			}
			if n.Tok == token.ASSIGN { // a plain assignment to a variable does not read it
				for _, r := range n.Rhs {
					c.walk(r)
				}
				for _, l := range n.Lhs {
					if _, ok := ast.Unparen(l).(*ast.Ident); !ok {
						c.walk(l)
					}
				}
				return false
			}
		case *ast.IncDecStmt:
			c.assign(n.X)
		case *ast.RangeStmt:
			c.rangeOver(n)
			if n.Tok == token.ASSIGN {
				for _, e := range []ast.Expr{n.Key, n.Value} {
					if e != nil {
						c.assign(e)
					}
				}
			}
		case *ast.SendStmt:
			c.add(signals, &witness{node: n})
			c.store(c.b.eval(n.Chan), n.Chan, true, &witness{node: n}) // into its buffer
		case *ast.SelectStmt:
			c.add(signals, &witness{node: n})
		case *ast.UnaryExpr:
			if n.Op == token.ARROW {
				c.add(signals, &witness{node: n})
				c.store(c.b.eval(n.X), n.X, true, &witness{node: n})
			}
		case *ast.GoStmt:
			c.add(starts, &witness{node: n})
		case *ast.CallExpr:
			c.call(n)
		}
		return true
	})
}

// rangeOver collects what a loop does to come by its next element.
func (c *collector) rangeOver(n *ast.RangeStmt) {
	c.lookAtElements(n.X, n)
	switch coreType(c.b.typeOf(n.X)).(type) {
	case *types.Chan:
		c.add(signals, &witness{node: n})
		c.store(c.b.eval(n.X), n.X, true, &witness{node: n})
	case *types.Signature:
		c.dynamic(n, c.b.eval(n.X), nil)
	}
}

// lookAtElements notes a read of elements of x, if these lie elsewhere than x itself.
func (c *collector) lookAtElements(x ast.Expr, at ast.Node) {
	t := c.b.typeOf(x)
	switch coreType(t).(type) {
	case nil:
		if t == nil || !isTypeParam(t) {
			return
		}
	case *types.Slice, *types.Map, *types.Pointer:
	default:
		return
	}
	c.look(c.b.eval(x), x, true, at)
}

// look notes a read of what a pointer, slice or map leads to.
func (c *collector) look(pointer node, base ast.Expr, direct bool, at ast.Node) {
	if pointer != 0 { // else memory that is not followed: numbers that name nothing
		c.lookAt(c.b.g.pts[pointer], c.deeper(base, direct), &witness{node: at})
	}
}

func (c *collector) lookAt(set bitset, deep map[int]bool, w *witness) {
	switch {
	case deep == nil:
		c.lookedInto.union(set)
	case len(set) > 0:
		c.looked = append(c.looked, write{set, deep, w})
	}
	if set.has(int(heap)) || set.has(int(unknown)) {
		c.add(looks, w)
	}
}

// lookInto notes that a callee of which no more is known reads all that an operand
// leads to.
func (c *collector) lookInto(arg node, w *witness) {
	if len(c.b.g.pts[arg]) > 0 {
		c.lookAt(c.b.g.withMemory(c.b.g.leads(c.b.g.pts[arg])), nil, w)
	}
}

// mayChange reports whether a variable from outside the function may get another
// value while the program runs.  Errors that packages declare do not.
func (b *body) mayChange(v *types.Var) bool {
	return v.Pkg() != nil && !b.u.standard(v.Pkg()) && !b.u.steadyVar(v)
}

// mayShare reports whether elements that append writes may lie in an array that others
// have: the slice is a part of a longer one, or not of this function's making.
func (b *body) mayShare(e ast.Expr) bool {
	switch x := ast.Unparen(e).(type) {
	case *ast.SliceExpr:
		return b.partOfLonger(x)
	case *ast.CompositeLit, *ast.BasicLit:
		return false
	case *ast.CallExpr: // an append inside speaks for itself
		return b.u.builtin(x) == "" && !b.u.info.Types[x.Fun].IsType()
	case *ast.Ident:
		v, ok := b.u.info.ObjectOf(x).(*types.Var)
		if !ok {
			return false // nil
		}
		if !b.local(v) {
			return true
		}
		for _, p := range b.params {
			if p >= 0 && b.g.objs[p].v == v {
				return true
			}
		}
		return b.cut()[v]
	}
	return true
}

// cut are the local slices that are ever assigned a part of a longer one.
func (b *body) cut() map[*types.Var]bool {
	if b.slices != nil {
		return b.slices
	}
	b.slices = make(map[*types.Var]bool)
	ast.Inspect(b.decl, func(n ast.Node) bool {
		if s, ok := n.(*ast.AssignStmt); ok {
			for i, l := range s.Lhs {
				r := s.Rhs[0]
				if len(s.Rhs) == len(s.Lhs) {
					r = s.Rhs[i]
				}
				if id, ok := ast.Unparen(l).(*ast.Ident); ok && b.partOfLonger(r) {
					if v, ok := b.u.info.ObjectOf(id).(*types.Var); ok {
						b.slices[v] = true
					}
				}
			}
		}
		return true
	})
	return b.slices
}

// partOfLonger reports whether a slice may share its array with a longer one.
func (b *body) partOfLonger(e ast.Expr) bool {
	switch x := ast.Unparen(e).(type) {
	case *ast.SliceExpr:
		return x.High != nil
	case *ast.CallExpr:
		if b.u.builtin(x) == "append" {
			return b.partOfLonger(x.Args[0])
		}
	}
	return false
}

// assign notes a store to a place.
func (c *collector) assign(l ast.Expr) {
	b := c.b
	w := &witness{node: l}
	switch l := ast.Unparen(l).(type) {
	case *ast.Ident:
		v, ok := b.u.info.ObjectOf(l).(*types.Var)
		switch {
		case !ok:
		case b.local(v):
			if c.vars[v] == nil {
				c.vars[v] = l
			}
		default:
			c.add(sharedMemory, w)
		}
	case *ast.SelectorExpr:
		sel := b.u.info.Selections[l]
		if sel == nil {
			c.add(sharedMemory, w)
			return
		}
		if b.throughPointer(l, sel.Index()) {
			_, pointer := b.field(l, sel.Index())
			c.store(pointer, l.X, len(sel.Index()) == 1, w)
			return
		}
		c.assign(l.X)
	case *ast.IndexExpr:
		switch coreType(b.typeOf(l.X)).(type) {
		case *types.Array:
			c.assign(l.X)
		default:
			c.store(b.eval(l.X), l.X, true, w)
		}
	case *ast.StarExpr:
		c.store(b.eval(l.X), l.X, true, w)
	}
}

// store notes a write to what a pointer, slice or map leads to.  A value without
// a node leads to nothing that is followed, such as a slice in a package variable.
func (c *collector) store(pointer node, base ast.Expr, direct bool, w *witness) {
	if pointer == 0 {
		c.add(sharedMemory, w)
		return
	}
	c.writes = append(c.writes, write{c.b.g.pts[pointer], c.deeper(base, direct), w})
}

// deeper returns the parameters that a write through base goes further than one
// step into: all but the one that base itself is.
func (c *collector) deeper(base ast.Expr, direct bool) map[int]bool {
	deep := make(map[int]bool)
	for i := range c.b.params {
		deep[i] = true
	}
	if v := c.b.rootOf(base); v != nil && direct {
		for i, p := range c.b.params {
			if p >= 0 && c.b.g.objs[p].v == v && c.vars[v] == nil {
				delete(deep, i)
			}
		}
	}
	return deep
}

// rootOf is the variable that an expression is, or is a part of without a pointer between.
func (b *body) rootOf(e ast.Expr) *types.Var {
	switch e := ast.Unparen(e).(type) {
	case *ast.Ident:
		v, _ := b.u.info.ObjectOf(e).(*types.Var)
		return v
	case *ast.UnaryExpr:
		if e.Op == token.AND {
			// &p.f of a pointer p lies in what p points to.
			if sel, ok := ast.Unparen(e.X).(*ast.SelectorExpr); ok {
				return b.rootOf(sel.X)
			}
		}
	}
	return nil
}

// call collects what a call does.
func (c *collector) call(call *ast.CallExpr) {
	b := c.b
	if b.u.info.Types[call.Fun].IsType() {
		if _, ok := coreType(b.typeOf(call.Args[0])).(*types.Slice); ok && len(call.Args) == 1 {
			if _, ok := coreType(b.typeOf(call)).(*types.Slice); !ok {
				c.look(b.eval(call.Args[0]), call.Args[0], true, call) // string(bytes), [4]byte(bytes)
			}
		}
		return
	}
	w := &witness{node: call}
	if name := b.u.builtin(call); name != "" {
		switch name {
		case "copy", "clear", "delete":
			c.store(b.eval(call.Args[0]), call.Args[0], true, w)
			if name == "copy" {
				c.look(b.eval(call.Args[1]), call.Args[1], true, call)
			}
		case "append":
			if b.mayShare(call.Args[0]) {
				c.store(b.eval(call.Args[0]), call.Args[0], true, w)
			}
			if call.Ellipsis.IsValid() {
				c.look(b.eval(call.Args[1]), call.Args[1], true, call)
			}
		case "len", "cap":
			if _, ok := coreType(b.typeOf(call.Args[0])).(*types.Slice); !ok {
				c.look(b.eval(call.Args[0]), call.Args[0], true, call)
			}
		case "close":
			c.add(signals, w)
		case "panic":
			if !b.u.standard(b.u.pkg) {
				c.add(panics, w)
			}
		}
		return
	}
	if lit, ok := ast.Unparen(call.Fun).(*ast.FuncLit); ok {
		c.literal(lit)
		return
	}
	b.eval(call)
	in := b.invokes[call]
	if in == nil {
		c.dynamic(call, b.eval(b.u.callee(call)), b.operandsOf(call))
		return
	}
	c.invoke(call, in, b.operandExprs(call))
}

// literal collects what the body of a literal does, once.
func (c *collector) literal(lit *ast.FuncLit) {
	if c.seen[lit] {
		return
	}
	c.seen[lit] = true
	c.walk(lit.Body)
}

func (b *body) operandsOf(call *ast.CallExpr) []node {
	var args []node
	for _, arg := range call.Args {
		args = append(args, b.eval(arg))
	}
	return args
}

// operandExprs are the operands as written, the receiver first.
func (b *body) operandExprs(call *ast.CallExpr) []ast.Expr {
	var list []ast.Expr
	if fun := b.u.callee(call); b.u.isMethodCall(fun) {
		sel := fun.(*ast.SelectorExpr)
		list = append(list, sel.X)
	}
	return append(list, call.Args...)
}

// invoke collects what the call of a declared function or of a method does.
func (c *collector) invoke(at ast.Node, in *invoke, exprs []ast.Expr) {
	if isInterfaceMethod(in.fn) && len(in.args) > 0 {
		whole := isWhole(exprs)
		list, all := c.b.methods(in, whole)
		for _, e := range list {
			c.apply(at, e.effects, &witness{node: at, callee: e.name}, in.args, in.made, in.sig, exprs)
			if !c.b.u.standardName(e.name) {
				c.assumes["release-returns"] = true
			}
			if e.inner {
				c.methodsInto(at, c.b.g.pts[in.args[0]], c.b.sums.namesOf(map[string]bool{in.fn.Name(): true}))
			}
		}
		c.b.g.pts[in.args[0]].each(func(i int) {
			if p := c.paramIndex(obj(i)); p >= 0 {
				c.asked.ask(p, in.fn.Name())
			}
		})
		if all {
			return
		}
		if !whole {
			c.methodsInto(at, c.b.g.pts[in.args[0]], c.b.sums.namesOf(map[string]bool{in.fn.Name(): true}))
		}
	}
	c.function(at, in.fn, in, exprs)
}

// methodsInto collects what methods of these names do of whatever an operand leads to.
func (c *collector) methodsInto(at ast.Node, operand bitset, names *methodNames) {
	type key struct {
		o    int
		name string
	}
	b := c.b
	b.g.reach(operand).each(func(i int) {
		if b.g.objs[i].text || i <= int(lent) {
			return
		}
		if p := c.paramIndex(obj(i)); p >= 0 {
			for _, name := range names.list {
				c.asked.ask(p, name)
			}
			return
		}
		visit := func(t string) {
			for _, full := range b.methodsAmong(t, names) {
				e := b.sums.effectsNamed(full)
				if e == nil || c.once[key{i, full}] {
					continue
				}
				c.once[key{i, full}] = true
				if !b.u.standardName(full) {
					c.assumes["release-returns"] = true
				}
				c.apply(at, e, &witness{node: at, callee: full}, []node{b.g.of(obj(i))}, nil, &shape{params: 1, isFunc: []bool{false}}, nil)
			}
		}
		for _, t := range b.dynamicTypes(obj(i)) {
			visit(t)
		}
		for _, t := range b.typesUnder(obj(i)) {
			visit(t)
		}
	})
}

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
	inner   bool // it is that of an interface which the type embeds
}

// methods are those in sight that the call of an interface's method may come to;
// all reports whether there are no others, because the types of all objects that the
// receiver may be are known.
func (b *body) methods(in *invoke, whole bool) (list []method, all bool) {
	seen := make(map[string]bool)
	known := len(b.g.pts[in.args[0]]) > 0
	b.g.pts[in.args[0]].each(func(i int) {
		dyn := b.dynamicTypes(obj(i))
		if !whole && (b.g.objs[i].call != nil || b.g.isParam[obj(i)]) {
			dyn = nil // the object stands for all that it leads to, and this is a part
		}
		known = known && dyn != nil
		found := len(dyn) == 0
		for _, t := range dyn {
			name, inner := b.methodOf(t, in.fn.Name())
			if e := b.sums.effectsNamed(name); e != nil {
				found = true
				if !seen[name] {
					seen[name] = true
					list = append(list, method{name, e, inner})
				}
			}
		}
		known = known && found
	})
	return list, known && len(list) > 0
}

// methodOf is the full name of the method that a type, spelled "pkg.T" or "*pkg.T", has by
// a name: its own, or that of what it embeds; inner reports whether that is an interface.
func (b *body) methodOf(t, name string) (full string, inner bool) {
	if known, ok := b.sums.promoted[[2]string{t, name}]; ok {
		return known.name, known.inner
	}
	found := b.findMethod(t, name)
	b.sums.promoted[[2]string{t, name}] = found
	return found.name, found.inner
}

func (b *body) findMethod(t, name string) method {
	own := "(" + t + ")." + name
	if b.sums.own[own] != nil || b.sums.effectsNamed(own) != nil {
		return method{name: own}
	}
	if tn := b.typeNamed(t); tn != nil {
		o, _, _ := types.LookupFieldOrMethod(types.NewPointer(tn.Type()), true, tn.Pkg(), name)
		if fn, ok := o.(*types.Func); ok {
			return method{name: funcName(fn), inner: isInterfaceMethod(fn)}
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

// function collects what one function that may be called does.
func (c *collector) function(at ast.Node, fn *types.Func, in *invoke, exprs []ast.Expr) {
	var e *effects
	if stated := c.sums.contractOf(fn); stated != nil {
		e = stated.effects
		if stated.assumes != "" {
			c.assumes[stated.assumes] = true
		}
	} else {
		e = c.sums.effectsOf(fn)
	}
	w := &witness{node: at, callee: funcName(fn)}
	if fn.Pkg() != nil && !c.b.u.standard(fn.Pkg()) {
		c.assumes["release-returns"] = true
	}
	if e != nil && (isInterfaceMethod(fn) || fn.Pkg() != nil && c.b.u.standard(fn.Pkg())) {
		c.given(w, fn, in.args, exprs)
		for i, arg := range in.args {
			if p := in.sig.param(i); p >= 0 && in.sig.isFunc[p] && !e.calls[p] {
				c.callsInto(at, c.b.g.pts[arg], w) // whatever a line of effects.txt leaves out
			}
		}
		if !isInterfaceMethod(fn) && c.sums.contractOf(fn) != nil {
			c.beneath(at, e, in)
		}
	}
	if e == nil {
		if fn.Pkg() != nil && c.b.u.standard(fn.Pkg()) && !isInterfaceMethod(fn) {
			return // assembly of the standard library
		}
		c.unknown(at, w, in.args)
		return
	}
	c.apply(at, e, w, in.args, in.made, in.sig, exprs)
	if in.std {
		for _, full := range c.sums.implementers(fn) {
			c.b.consulted[full] = true
			if e := c.sums.effectsNamed(full); e != nil && len(in.args) > 0 {
				c.apply(at, e, &witness{node: at, callee: full}, in.args[:1], nil, &shape{params: 1, isFunc: []bool{false}}, nil)
			}
		}
	}
}

// beneath collects what a function of the standard library does by way of methods of the
// program's own types that its operands lead to: effects.txt speaks of the library alone.
func (c *collector) beneath(at ast.Node, e *effects, in *invoke) {
	for i, arg := range in.args {
		if c.b.g.pts[arg].empty() {
			continue
		}
		if e.writes[in.sig.param(i)] == touchesDeep {
			c.methodsInto(at, c.b.g.pts[arg], calledByLibrary)
		}
		if recv := in.fn.Type().(*types.Signature).Recv(); recv == nil || i > 0 {
			c.methodsInto(at, c.b.g.pts[arg], calledToPrint)
			if more := calledBesides(in.fn); more != nil && !c.b.u.standard(c.b.u.pkg) {
				c.methodsInto(at, c.b.g.pts[arg], more)
			}
		}
	}
}

// given notes what a function reads of its operands whose body does not say so: all
// but of the receiver, whose own insides are its business, of values of the standard
// library's types, such as a time, and of errors, which nobody changes once they are made.
func (c *collector) given(w *witness, fn *types.Func, args []node, exprs []ast.Expr) {
	sig := fn.Type().(*types.Signature)
	for i, arg := range args {
		if i < len(exprs) && isError(c.b.typeOf(exprs[i])) {
			continue
		}
		if sig.Recv() != nil {
			i--
		}
		switch {
		case i < 0 && isInterfaceMethod(fn):
			if known := c.sums.contractOf(fn); known != nil && known.writes[0] == touchesNothing {
				c.lookInto(arg, w) // all that it does to it is to look
			}
		case i < 0:
			var base ast.Expr
			if len(exprs) > 0 {
				base = exprs[0]
			}
			c.lookAt(c.b.g.pts[arg], c.deeperOf(base), w)
		case i < sig.Params().Len() && c.b.isStandardValue(sig.Params().At(i).Type()):
		default:
			c.lookInto(arg, w)
		}
	}
}

// isStandardValue reports whether t is a struct type of the standard library.
func (b *body) isStandardValue(t types.Type) bool {
	named, ok := types.Unalias(t).(*types.Named)
	if !ok || !b.u.standard(named.Obj().Pkg()) {
		return false
	}
	_, ok = named.Underlying().(*types.Struct)
	return ok
}

// unknown collects a call of which nothing is known.
func (c *collector) unknown(at ast.Node, w *witness, args []node) {
	if call, ok := at.(*ast.CallExpr); ok {
		c.opaque = append(c.opaque, call)
	}
	c.add(anything|looks, w)
	for _, arg := range args {
		c.lookInto(arg, w)
		if set := c.b.g.withMemory(c.b.g.reach(c.b.g.pts[arg])); len(set) > 0 {
			c.writes = append(c.writes, write{set, c.deeper(nil, false), w})
		}
	}
}

// apply collects the effects of a callee on the operands.
func (c *collector) apply(at ast.Node, e *effects, callee *witness, args []node, made []obj, sig *shape, exprs []ast.Expr) {
	b := c.b
	name := "?"
	if len(exprs) > 0 {
		name = types.ExprString(exprs[0])
	}
	for _, n := range effectNames {
		if e.does&n.bit == 0 || n.bit == catches {
			continue
		}
		w := &witness{node: at, callee: callee.callee, where: e.where[n.bit]}
		switch n.bit {
		case acquires:
			c.taken[name] = w
		case releases:
			c.gave[name] = w
		case fileSystem:
			if c.namesOwn(args, made) {
				c.add(scratch, w)
			} else {
				c.add(fileSystem, w)
			}
		case lists:
			if !c.namesOwn(args, made) {
				c.add(lists, w)
			}
		case frames:
			// A function that asks for its caller sees the same line; one that asks for
			// its caller's caller does not.
			if call, ok := at.(*ast.CallExpr); !ok || !b.asksForCaller(call) {
				c.add(frames, w)
			}
		default:
			c.add(n.bit, w)
		}
	}
	for _, p := range sortedKeys(e.writes) {
		l := e.writes[p]
		w := &witness{node: at, callee: callee.callee, where: e.wrote[p]}
		if p < 0 {
			if i := -1 - p; i < len(made) && made[i] != heap {
				c.writes = append(c.writes, write{single(made[i]), c.deeper(nil, false), w})
				if l == touchesDeep {
					c.writes = append(c.writes, write{b.g.withMemory(b.g.leads(single(made[i]))), c.deeper(nil, false), w})
				}
			}
			continue
		}
		for i, arg := range args {
			if sig.param(i) != p {
				continue
			}
			var base ast.Expr
			if i < len(exprs) {
				base = exprs[i]
			}
			set := b.g.pts[arg]
			if owner := b.responseOf(base); owner != nil {
				set = owner
				c.assumes["peer-indifferent"] = true
			}
			if l == touchesDeep {
				set = b.g.withMemory(b.g.leads(set))
				base = nil
			}
			if len(set) > 0 {
				c.writes = append(c.writes, write{set, c.deeperOf(base), w})
			}
		}
	}
	for i, arg := range args {
		switch e.reads[sig.param(i)] {
		case touchesItself:
			var base ast.Expr
			if i < len(exprs) {
				base = exprs[i]
			}
			c.lookAt(b.g.pts[arg], c.deeperOf(base), callee)
		case touchesDeep:
			c.lookInto(arg, callee)
		}
	}
	for _, p := range sortedKeys(e.calls) {
		for i, arg := range args {
			if sig.param(i) == p {
				c.callsInto(at, b.g.pts[arg], callee)
			}
		}
	}
	for _, p := range sortedKeys(e.methods) {
		asked := b.sums.namesOf(e.methods[p])
		for i, arg := range args {
			if sig.param(i) == p {
				c.methodsInto(at, b.g.pts[arg], asked)
			}
		}
	}
	for name := range e.assumed {
		c.assumes[name] = true
	}
}

// asksForCaller reports whether a call looks no further up the stack than one frame,
// or is a report of the testing package.
func (b *body) asksForCaller(call *ast.CallExpr) bool {
	fn := b.u.static(b.u.callee(call))
	if fn == nil || fn.Pkg() == nil {
		return false
	}
	if fn.Pkg().Path() == "testing" {
		return true
	}
	if fn.Pkg().Path() == "runtime" && len(call.Args) > 0 {
		if n, exact := constant.Int64Val(constant.ToInt(orZero(b.u.info.Types[call.Args[0]].Value))); exact {
			return n <= 1
		}
	}
	return false
}

func orZero(v constant.Value) constant.Value {
	if v == nil || v.Kind() != constant.Int {
		return constant.MakeInt64(99)
	}
	return v
}

// namesOwn reports whether all names among the operands were chosen by a call in
// this function, such as that of os.MkdirTemp, and nobody was told them.
func (c *collector) namesOwn(args []node, made []obj) bool {
	b := c.b
	if c.known == nil {
		c.known = b.g.reach(b.outsideButMemory())
	}
	own := false
	for _, arg := range args {
		ok := true
		b.g.text(b.g.pts[arg], true, false).each(func(i int) {
			o := &b.g.objs[i]
			if o.call == nil || c.known.has(i) || !b.makesName(c.sums, o.call, o.at, o.result) {
				ok = false
			}
			own = true
		})
		if !ok {
			return false
		}
	}
	return own
}

// responseOf returns the response whose body an expression is: the body is part of
// it, as the documentation of net/http says, whatever else the response leads to.
func (b *body) responseOf(e ast.Expr) bitset {
	sel, ok := e.(*ast.SelectorExpr)
	if !ok || sel.Sel.Name != "Body" {
		return nil
	}
	t := b.typeOf(sel.X)
	if elem := pointee(t); elem != nil {
		t = elem
	}
	named, ok := types.Unalias(t).(*types.Named)
	if !ok || named.Obj().Pkg() == nil || named.Obj().Pkg().Path() != "net/http" || named.Obj().Name() != "Response" {
		return nil
	}
	return b.g.pts[b.eval(sel.X)]
}

func (c *collector) deeperOf(base ast.Expr) map[int]bool {
	if base == nil {
		return c.deeper(nil, false)
	}
	// x.mu.Lock() locks a part of what x points to.
	for {
		sel, ok := ast.Unparen(base).(*ast.SelectorExpr)
		if !ok || pointee(c.b.typeOf(sel)) != nil {
			break
		}
		base = sel.X
	}
	return c.deeper(base, true)
}

// callsInto collects a callee's calls of whatever functions an operand leads to.
func (c *collector) callsInto(at ast.Node, operand bitset, callee *witness) {
	g := c.b.g
	g.reach(operand).each(func(i int) {
		o := &g.objs[i]
		switch {
		case o.lit != nil:
			c.literal(o.lit.decl)
		case o.fn != nil:
			c.value(at, o.fn)
		case o.text || o.plain:
		case obj(i) == heap || obj(i) == unknown:
			c.unknownFunction(at, callee)
		case o.v != nil && o.call == nil && c.paramIndex(obj(i)) >= 0:
			c.parameter(at, c.paramIndex(obj(i)))
		case o.call != nil:
			c.later(at, o)
		}
	})
}

func (c *collector) paramIndex(o obj) int {
	for i, p := range c.b.params {
		if p == o {
			return i
		}
	}
	return -1
}

// parameter collects the call of a function that the function at hand was given.
func (c *collector) parameter(at ast.Node, i int) {
	c.params[i] = true
	if c.judging {
		c.unknownFunction(at, &witness{node: at})
	}
}

// unknownFunction collects the call of a function of which nothing is known.
func (c *collector) unknownFunction(at ast.Node, w *witness) {
	c.add(anything|looks, &witness{node: at, callee: w.callee})
	if call, ok := at.(*ast.CallExpr); ok {
		c.opaque = append(c.opaque, call)
	}
}

// value collects a call of a declared function that is a value.
func (c *collector) value(at ast.Node, f *funcObject) {
	if c.once[f] {
		return
	}
	c.once[f] = true
	c.callValue(at, f, nil)
}

// later collects a call of what a call has returned.
func (c *collector) later(at ast.Node, o *object) {
	in := o.call
	if c.once[in] {
		return
	}
	c.once[in] = true
	var e *effects
	if stated := c.sums.contractOf(in.fn); stated != nil {
		e = stated.effects
	} else {
		e = c.sums.effectsOf(in.fn)
	}
	if e == nil {
		c.unknownFunction(at, &witness{node: at, callee: funcName(in.fn)})
		return
	}
	if e.later != nil {
		c.apply(at, e.later, &witness{node: at, callee: funcName(in.fn)}, in.args, in.made, in.sig, nil)
	}
}

// dynamic collects a call of a function value.
func (c *collector) dynamic(at ast.Node, fn node, args []node) {
	g := c.b.g
	w := &witness{node: at}
	if len(g.pts[fn]) == 0 {
		c.unknown(at, w, args)
		return
	}
	g.pts[fn].each(func(i int) {
		o := &g.objs[i]
		switch {
		case o.lit != nil:
			c.literal(o.lit.decl)
		case o.fn != nil:
			c.callValue(at, o.fn, args)
		case c.paramIndex(obj(i)) >= 0:
			c.parameter(at, c.paramIndex(obj(i)))
		case o.call != nil && isFunc(o.typ):
			c.later(at, o)
			if e := c.sums.laterOf(o.call.fn); e == nil {
				c.unknown(at, w, args)
			}
		default:
			c.unknown(at, w, args)
		}
		if o.call != nil && !c.b.u.standard(o.call.fn.Pkg()) {
			c.assumes["release-returns"] = true // it may be nil, for one
		}
	})
}

// callValue collects a call, with operands, of a declared function that is a value.
func (c *collector) callValue(at ast.Node, f *funcObject, args []node) {
	sig := f.fn.Type().(*types.Signature)
	in := &invoke{fn: f.fn, sig: shapeOf(sig, sig.Recv() != nil)}
	if f.recv != nil {
		in.args = append(in.args, *f.recv)
	}
	in.args = append(in.args, args...)
	c.invoke(at, in, nil)
}

// effects turns what was collected of a whole function into its summary.
func (c *collector) effects() *effects {
	c.settle()
	e := newEffects()
	for bit, w := range c.does {
		e.add(bit, c.place(w))
	}
	b := c.b
	reached := make([]bitset, len(b.params))
	for i, p := range b.params {
		if p >= 0 {
			reached[i] = b.g.reach(single(p)).without(b.outsideButMemory())
		}
	}
	for _, wr := range c.writes {
		where := c.place(wr.w)
		if wr.objs.has(int(heap)) || wr.objs.has(int(unknown)) {
			e.add(sharedMemory, where)
		}
		for i, p := range b.params {
			if p < 0 {
				continue
			}
			o := &b.g.objs[p]
			switch {
			case o.memory != 0 && wr.objs.has(int(o.memory)):
				e.write(i, touchesDeep, where)
			case !wr.objs.has(int(p)) && intersects(wr.objs, reached[i]):
				e.write(i, touchesDeep, where) // what was made here and stored in it
			case wr.objs.has(int(p)):
				if wr.deep[i] {
					e.write(i, touchesDeep, where)
				} else {
					e.write(i, touchesItself, where)
				}
			}
		}
	}
	for _, l := range append(c.looked, write{objs: c.lookedInto}) {
		for i, p := range b.params {
			if p < 0 {
				continue
			}
			o := &b.g.objs[p]
			switch {
			case o.memory != 0 && l.objs.has(int(o.memory)), intersects(l.objs, reached[i]), l.objs.has(int(p)) && (l.deep == nil || l.deep[i]):
				e.reads[i] = touchesDeep
			case l.objs.has(int(p)):
				e.reads[i] = max(e.reads[i], touchesItself)
			}
		}
	}
	for p := range c.params {
		e.calls[p] = true
	}
	e.methods = c.asked.methods
	if !b.u.standard(b.u.pkg) {
		e.assumed = c.assumes
	}
	return e
}

// place is where an effect is to be seen: in the callee, or here.
func (c *collector) place(w *witness) string {
	if w.where != "" {
		return w.where
	}
	p := c.b.u.fset.PositionFor(w.node.Pos(), false)
	return strings.ReplaceAll(fmt.Sprintf("%s:%d:%d", filepath.Base(p.Filename), p.Line, p.Column), " ", "_")
}

// resultTypes notes the types that results of interface types are made with.
func (b *body) resultTypes(e *effects) {
	for i, r := range b.results {
		if i >= b.sigResults.Len() || !types.IsInterface(b.sigResults.At(i).Type()) || isError(b.sigResults.At(i).Type()) {
			continue
		}
		seen := make(map[string]bool)
		known := len(b.g.pts[r]) > 0
		b.g.pts[r].each(func(o int) {
			list := b.dynamicTypes(obj(o))
			known = known && list != nil
			for _, t := range list {
				seen[t] = true
			}
		})
		if known && len(seen) > 0 && len(seen) <= 8 {
			e.types[i] = sortedKeys(seen)
		}
	}
}

// resultInsides notes the program's own types of what the function has made and results
// lead to.
func (b *body) resultInsides(e *effects) {
	if b.u.standard(b.u.pkg) {
		return
	}
	for i, r := range b.results {
		types := make(map[string]bool)
		b.g.reach(b.g.pts[r]).each(func(o int) {
			for _, t := range slices.Concat(b.inSight(obj(o)), b.insideOf(obj(o))) {
				types[t] = true
			}
		})
		if len(types) > 0 {
			e.inside[i] = sortedKeys(types)
		}
	}
}

// dynamicTypes are the types that an object may be made with, as the receivers of
// their methods are spelled: "*pkg.T"; nil if they are not known.
func (b *body) dynamicTypes(o obj) []string {
	ob := &b.g.objs[o]
	if ob.text || ob.plain && ob.whole != 0 {
		return []string{}
	}
	if t := b.g.dynamicType(o); t != nil {
		if elem := pointee(t); elem != nil {
			return []string{"*" + typeName(elem)}
		}
		if ob.call == nil && ob.v == nil {
			return []string{typeName(t), "*" + typeName(t)}
		}
		return []string{typeName(t)}
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

// insideOf are the program's own types of what is known to lie in the result of a call.
func (b *body) insideOf(o obj) []string {
	ob := &b.g.objs[o]
	if ob.call == nil || ob.call.std || ob.text || ob.plain {
		return nil
	}
	if e := b.sums.effectsOf(ob.call.fn); e != nil {
		return e.inside[ob.result]
	}
	return nil
}

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
	return b.dynamicTypes(o)
}

func typeName(t types.Type) string {
	named, ok := types.Unalias(t).(*types.Named)
	if !ok || named.Obj().Pkg() == nil {
		return types.TypeString(t, nil)
	}
	return cleanPath(named.Obj().Pkg().Path()) + "." + named.Obj().Name()
}

// freshResults notes the results that are names which a call in the function chose,
// such as that of os.MkdirTemp, and that nobody else was told.
func (b *body) freshResults(e *effects) {
	known := b.g.reach(b.outsideButMemory())
	for i, r := range b.results {
		fresh, some := true, false
		b.g.pts[r].each(func(o int) {
			ob := &b.g.objs[o]
			some = true
			if !ob.text || ob.call == nil || known.has(o) || !b.makesName(b.sums, ob.call, ob.at, ob.result) {
				fresh = false
			}
		})
		if fresh && some {
			e.fresh[i] = true
		}
	}
}

// resultEffects is what calling the results of the function does, nil if they
// lead to no function that the function made.
func (b *body) resultEffects(sums *summaries) *effects {
	var later *collector
	results := make([]bitset, len(b.results))
	for i, r := range b.results {
		results[i] = b.g.reach(b.g.pts[r])
		results[i].each(func(o int) {
			lit, fn, call := b.g.objs[o].lit, b.g.objs[o].fn, b.g.objs[o].call
			if lit == nil && fn == nil && (call == nil || sums.laterOf(call.fn) == nil) {
				return
			}
			if later == nil {
				later = newCollector(b, sums)
			}
			catching := false
			switch {
			case lit != nil:
				later.literal(lit.decl)
				catching = ownRecover(b.u, lit.decl.Body) != nil
			case fn != nil:
				later.value(b.decl, fn)
				r := sums.recovers(funcName(fn.fn))
				catching = r != nil && *r
			default:
				later.later(b.decl, &b.g.objs[o])
				catching = sums.laterOf(call.fn).does&catches != 0
			}
			if catching {
				later.add(catches, &witness{node: b.decl})
			}
		})
	}
	if later == nil {
		return nil
	}
	e := later.effects()
	for i, set := range results {
		own := set.without(b.fromOutside())
		for _, wr := range later.writes {
			if intersects(own, wr.objs) {
				e.write(-1-i, touchesDeep, later.place(wr.w))
			}
		}
		for v := range later.vars {
			if o, ok := b.cells[v]; ok && own.has(int(o)) {
				e.write(-1-i, touchesDeep, later.place(&witness{node: later.vars[v]}))
			}
		}
	}
	return e
}

// outsideButMemory are the heap and code that nothing is known about.
func (b *body) outsideButMemory() bitset {
	set := single(heap)
	set.add(int(unknown))
	for _, p := range b.params {
		if p >= 0 {
			set.add(int(p))
		}
	}
	return set
}

// fromOutside are the objects that the function did not make.
func (b *body) fromOutside() bitset {
	var set bitset
	set.add(int(heap))
	set.add(int(unknown))
	for _, p := range b.params {
		if p >= 0 {
			set.add(int(p))
			set.add(int(b.g.objs[p].memory))
			set.add(int(b.g.objs[p].names))
			set.add(int(b.g.objs[p].numbers))
		}
	}
	return set
}

// sortedKeys makes the order of iteration, and with it every witness, the same each time.
func sortedKeys[K cmp.Ordered, V any](m map[K]V) []K {
	keys := make([]K, 0, len(m))
	for k := range m {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	return keys
}

func intersects(a, b bitset) bool {
	for i, word := range a {
		if i < len(b) && word&b[i] != 0 {
			return true
		}
	}
	return false
}
