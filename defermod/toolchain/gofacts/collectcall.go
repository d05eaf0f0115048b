package main

import (
	"go/ast"
	"go/types"
	"slices"
)

// What calls do: by summaries, by contracts, by the functions and methods that they come to.

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
		case "print", "println":
			c.add(output, &witness{node: call, callee: name})
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
	for _, in := range b.through[call] {
		c.invoke(call, in, b.u.operandExprs(call))
		c.assumes[releaseReturns] = true // the field may be nil
	}
	if b.through[call] != nil {
		return
	}
	in := b.invokes[call]
	if in == nil {
		c.dynamic(call, b.eval(b.u.callee(call)), b.operandsOf(call))
		return
	}
	c.invoke(call, in, b.u.operandExprs(call))
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
func (u *unit) operandExprs(call *ast.CallExpr) []ast.Expr {
	var list []ast.Expr
	if fun := u.callee(call); u.isMethodCall(fun) {
		sel := fun.(*ast.SelectorExpr)
		list = append(list, sel.X)
	}
	return append(list, call.Args...)
}

// invoke collects what the call of a declared function or of a method does.
func (c *collector) invoke(at ast.Node, in *invoke, exprs []ast.Expr) {
	if in.abstract() {
		whole := isWhole(exprs)
		name, on := c.b.u.calledName(in.fn), c.b.g.pts[in.args[0]]
		names := func() *methodNames { return c.sums.namesOf(map[string]bool{name: true}) }
		list, all := c.b.methods(in, whole)
		if !all && in.fn.Pkg() != nil && c.b.u.inModule(in.fn.Pkg().Path()) {
			c.mayLook("."+in.fn.Name()+signature(in.fn), witness{node: at})
		}
		if !all && c.judging {
			for _, m := range c.b.ownAmong(at, in.fn) {
				m.on = on
				list = append(list, m)
			}
			c.changesBehind(at, on, names())
		}
		for _, e := range list {
			c.applyMethod(at, e.effects, e, in, exprs)
			if !c.b.u.standardName(e.name) {
				c.assumes[releaseReturns] = true
			}
			if e.inner {
				c.methodsInto(at, on, names(), "")
			}
		}
		on.each(func(i int) {
			if p := c.paramIndex(obj(i)); p >= 0 {
				c.asked.ask(p, name)
			}
		})
		c.pass(on, in.args[1:], passesEverything)
		if all {
			return
		}
		if !whole || c.b.givesParts(in) {
			c.methodsInto(at, on, names(), "")
		}
	}
	c.function(at, in.fn, in, exprs)
}

// applyMethod collects effects of a method that the call of an interface's may come to.
func (c *collector) applyMethod(at ast.Node, e *effects, m method, in *invoke, exprs []ast.Expr) {
	args := in.args
	if len(m.way.steps) > 0 {
		args = slices.Clone(args)
		args[0] = c.b.g.all(c.b.follow(m.on, m.way))
		defer c.b.g.discard(args[0])
	}
	c.apply(at, e, &witness{node: at, callee: m.name}, args, in.made, in.sig, exprs)
}

// changesBehind notes that what the function was given as an interface may be of a type of the package of which a method
// of these names changes its receiver, whatever the documentation says of the interface.
func (c *collector) changesBehind(at ast.Node, given bitset, names *methodNames) {
	given.and(c.b.g.isParam).without(c.b.g.texts).each(func(i int) {
		t := c.b.g.objs[i].typ
		if t == nil || !types.IsInterface(t) || isTypeParam(t) {
			return
		}
		for _, own := range c.b.ownImplementers(t) {
			for _, m := range c.b.methodsAmong(own, c.sums.callablesOf(names)).methods {
				if s := c.sums.ownOf(m.full); s != nil && s.effects != nil && s.effects.writes[0] != touchesNothing {
					c.writes = append(c.writes, write{single(obj(i)), behindIt, &witness{node: at, callee: m.full, where: s.effects.wrote[0]}})
					return
				}
			}
		}
	})
}

// methodsInto collects what methods of these names do of whatever an operand leads to, called at a place in a callee, if any.
func (c *collector) methodsInto(at ast.Node, operand bitset, names *methodNames, where string) {
	b := c.b
	news := c.notAsked(b.g.reach(operand), names)
	if news.empty() {
		return
	}
	given := news.and(b.g.isParam).without(b.g.texts)
	given.each(func(i int) {
		if p := c.paramIndex(obj(i)); p >= 0 {
			for _, name := range names.list {
				c.asked.ask(p, name)
			}
		}
	})
	if !c.judging {
		news = news.without(given) // the callers know what it is
	} else {
		c.changesBehind(at, given, names)
	}
	if c.talks(news, names) {
		c.add(peers, &witness{node: at, where: where})
	}
	on := b.receiversAmong(news, names, true)
	for i, m := range on.methods {
		before := c.calledOn[m]
		if on.on[i].within(before) {
			continue
		}
		e := b.sums.effectsNamed(m.full)
		if e == nil {
			continue
		}
		objs := on.on[i].without(before)
		before.union(objs)
		c.calledOn[m] = before
		if !m.std {
			c.assumes[releaseReturns] = true
		}
		operand, looked := b.g.all(b.follow(objs, m.way)), c.ownLooks
		c.apply(at, e, &witness{node: at, callee: m.full, where: where}, []node{operand}, nil, receiverAlone, nil)
		b.g.discard(operand)
		if objs.without(b.g.others).empty() {
			c.ownLooks = looked // whether it is called at all is not known
		}
	}
}

// talks reports whether methods of these names, called of some objects, are noticed at the other end of a connection.
func (c *collector) talks(objs bitset, names *methodNames) bool {
	if names.own || !slices.ContainsFunc(names.list, func(name string) bool { return onConnections[name] }) {
		return false
	}
	found := false
	objs.without(c.b.g.texts).each(func(i int) {
		found = found || c.b.g.objs[i].typ != nil && hasMethod(c.b.g.objs[i].typ, "LocalAddr")
	})
	return found
}

// onConnections are the methods of connections of which effects.txt says so.
var onConnections = map[string]bool{"Close": true, "Read": true, "ReadFrom": true, "Write": true, "WriteTo": true}

// receiverAlone is the shape of a method whose other operands nothing is known of.
var receiverAlone = &shape{params: 1, isFunc: []bool{false}}

// notAsked are those of some objects that methods of one of these names were not collected of so
// far, and notes that they are.
func (c *collector) notAsked(objs bitset, names *methodNames) bitset {
	before := c.askedAll[names]
	if objs.within(before) {
		return nil
	}
	var news bitset
	open := objs.without(before)
	for _, number := range names.numbered() {
		for number >= len(c.askedOf) {
			c.askedOf = append(c.askedOf, nil)
		}
		if asked := &c.askedOf[number]; !open.within(*asked) {
			news.union(open.without(*asked))
			asked.union(open)
		}
	}
	before.union(open)
	c.askedAll[names] = before
	return news
}

// function collects what one function that may be called does.
func (c *collector) function(at ast.Node, fn *types.Func, in *invoke, exprs []ast.Expr) {
	var e *effects
	if stated := c.sums.contractOf(fn); stated != nil {
		e = stated.effects
		if stated.others != "" && !c.b.madeByLibrary(c.b.g.pts[in.args[0]], 0) {
			c.assumes[stated.others] = true
		}
	} else {
		e = c.sums.effectsOf(fn)
	}
	w := &witness{node: at, callee: funcName(fn)}
	if fn.Pkg() != nil && !c.b.u.standard(fn.Pkg()) {
		c.assumes[releaseReturns] = true
	}
	if w.callee == givesBack && !c.b.u.standard(c.b.u.pkg) {
		c.assumes[poolIndifferent] = true
	}
	if e != nil && w.callee != takesOut && w.callee != givesBack && (isInterfaceMethod(fn) || fn.Pkg() != nil && c.b.u.standard(fn.Pkg())) {
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
			c.apply(at, assembly(fn), w, in.args, in.made, in.sig, exprs)
			return
		}
		if !c.leaveMethod(w, in, exprs) {
			c.unknown(at, w, in.args)
		}
		return
	}
	c.apply(at, e, w, in.args, in.made, in.sig, exprs)
	if in.std {
		if endSession[funcName(fn)] && c.sums.sessionsInSight() {
			c.add(database, w)
		}
		for _, full := range c.sums.implementers(fn) {
			if e := c.sums.effectsNamed(full); e != nil && len(in.args) > 0 {
				c.apply(at, e, &witness{node: at, callee: full}, in.args[:1], nil, receiverAlone, nil)
			}
		}
	}
}

// assembly is what a function of the standard library may do that has no body: it may write
// the numbers that it is given a pointer to, or a slice of.
func assembly(fn *types.Func) *effects {
	e := newEffects()
	sig := fn.Type().(*types.Signature)
	first := 0
	if sig.Recv() != nil {
		first = 1
	}
	for i := range sig.Params().Len() {
		elem := pointee(sig.Params().At(i).Type())
		if s, ok := coreType(sig.Params().At(i).Type()).(*types.Slice); ok {
			elem = s.Elem()
		}
		if a, ok := coreType(elem).(*types.Array); ok {
			elem = a.Elem()
		}
		if b, ok := coreType(elem).(*types.Basic); ok && b.Info()&types.IsNumeric != 0 {
			e.write(first+i, touchesItself, "")
		}
	}
	return e
}

// beneath collects what a function of the standard library does by way of methods of the
// program's own types that its operands lead to: effects.txt speaks of the library alone.
func (c *collector) beneath(at ast.Node, e *effects, in *invoke) {
	for i, arg := range in.args {
		if c.b.g.pts[arg].empty() || c.b.h.closed(operandType(in.fn, i)) {
			continue
		}
		c.pass(c.b.g.pts[arg], in.args, passesEverything)
		if e.writes[in.sig.param(i)] == touchesDeep {
			c.methodsInto(at, c.b.g.pts[arg], movedBy(in.fn), "")
		} else if behind := calledBehind(in.fn, e); i == 0 && behind != nil && !intersects(c.b.g.pts[arg], c.b.g.isParam) {
			c.methodsInto(at, c.b.g.pts[arg], behind, "")
		}
		if recv := in.fn.Type().(*types.Signature).Recv(); recv == nil || i > 0 {
			for _, names := range calledBesides(in.fn) {
				if !names.own || !c.b.u.standard(c.b.u.pkg) {
					c.methodsInto(at, c.b.g.pts[arg], names, "")
				}
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
		case i < 0 && fn.Pkg() != nil && fn.Pkg().Path() == "testing": // how the test goes is an effect of its own
		case i < 0 && isInterfaceMethod(fn):
			if known := c.sums.contractOf(fn); known != nil && known.writes[0] == touchesNothing {
				c.lookInto(arg, w) // all that it does to it is to look
			}
		case i < 0:
			var base ast.Expr
			if len(exprs) > 0 {
				base = exprs[0]
			}
			c.lookAt(c.b.g.pts[arg], c.partItself(base), w)
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
	c.mayLookAt(at, *w)
	for _, arg := range args {
		c.lookInto(arg, w)
		if set := c.b.g.withMemory(c.b.g.reach(c.b.g.pts[arg])); len(set) > 0 {
			c.writes = append(c.writes, write{set, noneItself, w})
		}
	}
}

// callsInto collects a callee's calls of whatever functions an operand leads to.
func (c *collector) callsInto(at ast.Node, operand bitset, callee *witness) {
	g := c.b.g
	g.reach(operand).without(c.entered).each(func(i int) {
		o := &g.objs[i]
		switch {
		case o.text || o.plain:
		case obj(i) == heap || obj(i) == unknown:
			c.unknownFunction(at, callee)
		case slices.Contains(c.b.calledWith, obj(i)):
			c.callsOperand = true
		case o.v != nil && o.call == nil && c.paramIndex(obj(i)) >= 0:
			c.parameter(at, c.paramIndex(obj(i)))
		case !c.entered.add(i): // by one of the functions before it
		case o.lit != nil:
			c.literal(o.lit.decl)
		case o.fn != nil:
			c.value(at, o)
		case o.call != nil:
			c.later(at, o)
		case o.within != nil:
			looked := c.ownLooks
			c.planted(at, o.within)
			if c.b.u.standardName(callee.callee) {
				c.ownLooks = looked // that the library comes to what another call has put there is not known
			}
		}
	})
}

// planted collects calls of the functions that a callee has made and put into something.
func (c *collector) planted(at ast.Node, in *invoke) {
	if c.sown[in] {
		return
	}
	c.sown[in] = true
	called := []method{{name: funcName(in.fn), effects: c.sums.effectsOf(in.fn)}}
	if in.abstract() {
		called, _ = c.b.methods(in, true)
	}
	for _, m := range called {
		if m.effects == nil {
			c.unknownFunction(at, &witness{node: at, callee: m.name})
		} else if m.effects.later != nil {
			c.applyMethod(at, m.effects.later, m, in, nil)
		}
	}
}

func (c *collector) paramIndex(o obj) int {
	for i, p := range c.b.params {
		if elem, ok := c.b.elems[p]; p == o || ok && elem == o || c.b.gives(p, o) {
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
	c.mayLookAt(at, witness{node: at, callee: w.callee})
	if call, ok := at.(*ast.CallExpr); ok {
		c.opaque = append(c.opaque, call)
	}
}

// value collects a call of a declared function that is a value.
// Its operands are all that it is ever called with.
func (c *collector) value(at ast.Node, o *object) {
	f := o.fn
	if c.once[f] {
		return
	}
	c.once[f] = true
	sig := f.fn.Type().(*types.Signature)
	args := make([]node, sig.Params().Len())
	if sig.Recv() != nil && f.recv == nil {
		args = append(args, 0)
	}
	for i := range args {
		args[i] = o.in
	}
	c.callValue(at, f, args)
}

// later collects a call of what a call has returned: what that is called with is its own, all else the same for
// whatever else the call has returned.
func (c *collector) later(at ast.Node, o *object) {
	if c.once[o] {
		return
	}
	c.once[o] = true
	in := o.call
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
	if fed := c.b.g.withMemory(c.b.g.leads(o.fed)); !fed.empty() {
		w := &witness{node: at, callee: funcName(in.fn)}
		c.lookAnywhere(fed, w)
		c.writes = append(c.writes, write{fed, noneItself, w})
		c.callsInto(at, o.fed, w)
	}
	if e.later != nil && !c.returned[in] {
		c.returned[in] = true
		c.apply(at, e.later, &witness{node: at, callee: funcName(in.fn)}, in.args, in.made, in.sig, nil)
		if in.ofContexts() {
			for _, arg := range in.args {
				c.methodsInto(at, c.b.g.pts[arg], calledOfContexts, "")
				if stops := c.b.receiversAmong(c.b.g.reach(c.b.g.pts[arg]), calledToStop, true); len(stops.methods) > 0 {
					c.unknownFunction(at, &witness{node: at, callee: stops.methods[0].full}) // what that has given is called
				}
			}
		}
	}
}

// touched collects what the function that a call has returned does to what it is called with.
func (c *collector) touched(at ast.Node, o *object, args []node) {
	e := c.sums.laterOf(o.call.fn)
	if e == nil {
		return
	}
	w := &witness{node: at, callee: funcName(o.call.fn), where: e.wrote[ofItsCall]}
	for _, arg := range args {
		if set := c.b.g.withMemory(c.b.g.leads(c.b.g.pts[arg])); e.writes[ofItsCall] != touchesNothing && !set.empty() {
			c.writes = append(c.writes, write{set, noneItself, w})
		}
		if e.reads[ofItsCall] != touchesNothing {
			c.lookInto(arg, w)
		}
		if e.calls[ofItsCall] {
			c.callsInto(at, c.b.g.pts[arg], w)
		}
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
	isKnown := true
	g.pts[fn].each(func(i int) {
		o := &g.objs[i]
		switch {
		case o.lit != nil:
			c.literal(o.lit.decl)
		case o.fn != nil:
			c.callValue(at, o.fn, args)
		case c.paramIndex(obj(i)) >= 0:
			c.parameter(at, c.paramIndex(obj(i)))
		case slices.Contains(c.b.calledWith, obj(i)): // its callers know what it is
			c.callsOperand = true
		case o.call != nil && isFunc(o.typ):
			c.later(at, o)
			c.touched(at, o, args)
			isKnown = isKnown && c.sums.laterOf(o.call.fn) != nil
		default:
			isKnown = false
		}
		if o.call != nil && !c.b.u.standard(o.call.fn.Pkg()) {
			c.assumes[releaseReturns] = true // it may be nil, for one
		}
	})
	if !isKnown {
		c.unknown(at, w, args)
	}
}

// callValue collects a call, with operands, of a declared function that is a value.
func (c *collector) callValue(at ast.Node, f *funcObject, args []node) {
	sig := f.fn.Type().(*types.Signature)
	in := &invoke{fn: f.fn, sig: shapeOf(sig, sig.Recv() != nil)}
	if f.recv != nil {
		in.args = append(in.args, *f.recv)
	}
	in.args = append(in.args, args...)
	if f.recv == nil && len(args) > 0 {
		in.args[0] = c.b.followed(args[0], f.way)
	}
	c.invoke(at, in, nil)
}
