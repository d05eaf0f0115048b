package main

import (
	"cmp"
	"go/ast"
	"go/constant"
	"go/types"
	"math"
	"slices"
	"strings"
)

// What the effects of a callee come to on the operands of a call.

// apply collects the effects of a callee on the operands.
func (c *collector) apply(at ast.Node, e *effects, callee *witness, args []node, made []obj, sig *shape, exprs []ast.Expr) {
	b := c.b
	if changesNamed[callee.callee] && slices.ContainsFunc(exprs, b.isKnownName) {
		c.add(named, callee)
	}
	for _, n := range effectNames {
		if e.does&n.bit == 0 || n.bit == catches || n.bit == pends || n.bit == stops {
			continue
		}
		w := witness{node: at, callee: callee.callee, where: cmp.Or(e.where[n.bit], callee.where)}
		switch n.bit {
		case acquires:
			c.taken[spelledFirst(exprs)] = w.kept()
		case releases:
			c.gave[spelledFirst(exprs)] = w.kept()
		case fileSystem:
			if e.does&named == 0 && c.namesOwn(args, made) {
				c.note(scratch, w)
			} else {
				c.note(fileSystem, w)
			}
		case lists:
			if !c.namesOwn(args, made) {
				c.note(lists, w)
			}
		case frames, asksNames:
			// A function that asks for its caller sees the same line; one that asks for
			// its caller's caller does not.
			switch call, ok := at.(*ast.CallExpr); {
			case ok && n.bit == frames && (b.asksForCaller(call) || strings.HasPrefix(callee.callee, "(*testing.")):
			case ok && n.bit == frames && b.asksForFunction(call):
				c.note(asksNames, w)
			case ok && (b.tracesOnly(call, callee.callee) || b.calledBehind(call, callee.callee)):
				c.note(traces, w)
			default:
				c.note(n.bit, w)
				if c.sums.own[callee.callee] != nil {
					c.ownLooks |= n.bit
				}
			}
		default:
			c.note(n.bit, w)
		}
	}
	// part is the operand as written; nil for a receiver that is no part of what is written.
	part := func(i int) ast.Expr {
		if i >= len(exprs) || i == 0 && b.receiverLeadsOut(at) {
			return nil
		}
		return exprs[i]
	}
	// Nobody but package testing has what is in a test: how it goes is an effect of its own.  A benchmark has a timer besides.
	test := func(i int) bool {
		elem := types.Type(nil)
		if i < len(exprs) {
			elem = pointee(b.typeOf(exprs[i]))
		}
		return elem != nil && isNamed(elem, "testing", "T")
	}
	for _, p := range e.written() {
		l := e.writes[p]
		w := &witness{node: at, callee: callee.callee, where: cmp.Or(e.wrote[p], callee.where)}
		if p < 0 {
			if i := -1 - p; i < len(made) && made[i] != heap {
				c.writes = append(c.writes, write{single(made[i]), noneItself, w})
				if l == touchesDeep {
					c.writes = append(c.writes, write{b.g.withMemory(b.g.leads(single(made[i]))), noneItself, w})
				}
			}
			continue
		}
		for i, arg := range args {
			if sig.param(i) != p || test(i) {
				continue
			}
			base := part(i)
			set := b.g.pts[arg]
			library := b.u.standardName(callee.callee)
			if owner := b.responseOf(base); owner != nil && !b.readsOn(owner) {
				set = owner
				c.assumes[peerIndifferent] = true
				library = library || b.allOfLibrary(owner.without(b.contexts())) // whose bodies lead nobody back to the request
			}
			switch l {
			case touchesMemory:
				set = b.g.withMemory(b.held(set))
			case touchesDeep:
				if set = b.g.withMemory(b.g.leads(set)); library {
					set = set.without(b.contexts())
				}
				base = nil
			}
			if len(set) > 0 {
				c.writes = append(c.writes, write{set, c.partItself(base), w})
			}
		}
	}
	for i, arg := range args {
		if test(i) {
			continue
		}
		switch e.reads[sig.param(i)] {
		case touchesItself:
			c.lookAt(b.g.pts[arg], c.partItself(part(i)), callee)
		case touchesDeep:
			c.lookInto(arg, callee)
		}
	}
	for _, p := range e.called() {
		for i, arg := range args {
			if sig.param(i) == p {
				c.callsInto(at, b.g.pts[arg], callee)
			}
		}
	}
	for _, p := range e.questioned() {
		asked := b.sums.askedOf(e, p)
		for i, arg := range args {
			if sig.param(i) == p && !(i < len(exprs) && b.h.closed(b.typeOf(exprs[i]))) {
				c.methodsInto(at, b.g.pts[arg], asked, e.left[p].place())
				c.pass(b.g.pts[arg], args, b.sums.passesOf(e, callee.callee, sig))
			}
		}
	}
	c.leftMethods(at, e, callee, args, sig, exprs)
	for name := range e.assumed {
		c.assumes[name] = true
	}
}

// contexts are the contexts that the function is given, if it has nothing of what they lead to by itself: the library asks
// a context whether it is over and what it has, as many others do at the same time, and changes nothing in it.
func (b *body) contexts() bitset {
	if at := b.g.version + 1; b.loneAt != at {
		b.lone, b.loneAt = nil, at
		for _, p := range b.params {
			if p >= 0 && isContext(b.g.objs[p].v.Type()) && b.onlyContext(int(p)) {
				b.lone.union(b.g.withMemory(single(p)))
			}
		}
	}
	return b.lone
}

// onlyContext reports whether all that the function has of a context which it was given is the context, or requests and
// responses that the library has made with it, and whether nothing but the library's keeps it.
func (b *body) onlyContext(o int) bool {
	for i := int(pooled) + 1; i < len(b.g.objs); i++ {
		holder := &b.g.objs[i]
		if i == o || holder.plain || !b.g.pts[holder.in].has(o) {
			continue
		}
		if !(holder.call != nil && holder.call.std || holder.v != nil && isContext(holder.v.Type())) {
			return false
		}
	}
	for e, n := range b.exprs {
		if b.g.pts[n].has(o) && !isContext(b.typeOf(e)) && !b.ofExchange(e) {
			return false
		}
	}
	for v, n := range b.vars {
		if b.g.pts[n].has(o) && !isContext(v.Type()) && !isExchange(v.Type()) {
			return false
		}
	}
	return true
}

// ofExchange reports whether an expression is a request or a response, or a field of one, and none that lay in a value of
// another type: neither asserted, nor the result of a function that is not the library's.
func (b *body) ofExchange(e ast.Expr) bool {
	switch e := ast.Unparen(e).(type) {
	case *ast.Ident:
		return isExchange(b.typeOf(e))
	case *ast.SelectorExpr:
		return isExchange(b.typeOf(e.X))
	case *ast.CallExpr:
		fn := b.u.static(b.u.callee(e))
		return isExchange(b.typeOf(e)) && fn != nil && b.u.standard(fn.Pkg()) && !isInterfaceMethod(fn)
	}
	return false
}

// isExchange reports whether a type is that of a request or a response.
func isExchange(t types.Type) bool {
	elem := pointee(t)
	return elem != nil && (isNamed(elem, "net/http", "Request") || isNamed(elem, "net/http", "Response"))
}

func isContext(t types.Type) bool { return isNamed(t, "context", "Context") }

// allOfLibrary reports whether the standard library has made all of some objects.
func (b *body) allOfLibrary(set bitset) bool {
	all := !set.empty()
	set.without(b.g.texts).each(func(i int) {
		call := b.g.objs[i].call
		all = all && call != nil && call.std
	})
	return all
}

// madeByLibrary reports whether the standard library has made all of some objects without any of the program's own: what a
// method of an interface gives is made by whoever has made what it is called on.
func (b *body) madeByLibrary(set bitset, depth int) bool {
	if depth > 4 || !b.allOfLibrary(set) {
		return false
	}
	all := true
	set.each(func(i int) {
		if on := b.calledOn(obj(i)); on != 0 {
			all = all && b.madeByLibrary(b.g.pts[on], depth+1)
		}
	})
	return all
}

// spelledFirst is the first operand as written, by which a right is known.
func spelledFirst(exprs []ast.Expr) string {
	if len(exprs) == 0 {
		return "?"
	}
	return types.ExprString(exprs[0])
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
	path := fn.Pkg().Path()
	if (path == "runtime" || path == "log") && len(call.Args) > 0 {
		if n, exact := constant.Int64Val(constant.ToInt(orZero(b.u.info.Types[call.Args[0]].Value))); exact {
			if path == "runtime" && fn.Name() == "Callers" {
				return n+b.roomOf(call.Args[1]) <= 3 // from itself, which is 0, to the caller, which is 2
			}
			return n <= 1 || path == "log" && n == 2 // which counts itself
		}
	}
	return false
}

// calledBehind reports whether a function of the library's is called by way of an interface, or by what a call calls: none of those
// tells what it sees of the stack.
func (b *body) calledBehind(call *ast.CallExpr, callee string) bool {
	fn := b.u.static(b.u.callee(call))
	return b.u.standardName(callee) && (fn == nil || funcName(fn) != callee)
}

// asksForFunction reports whether a call asks for the name of a function that it has the value of, which is on no stack.
func (b *body) asksForFunction(call *ast.CallExpr) bool {
	if fn := b.u.static(b.u.callee(call)); fn == nil || funcName(fn) != "runtime.FuncForPC" {
		return false
	}
	pointer, ok := ast.Unparen(call.Args[0]).(*ast.CallExpr)
	if !ok {
		return false
	}
	fn := b.u.static(b.u.callee(pointer))
	return fn != nil && funcName(fn) == "(reflect.Value).Pointer"
}

// roomOf is how many elements a slice of a whole array has; of other slices more than any that is asked for.
func (b *body) roomOf(e ast.Expr) int64 {
	if cut, ok := ast.Unparen(e).(*ast.SliceExpr); ok && cut.Low == nil && cut.High == nil {
		t := b.typeOf(cut.X)
		if elem := pointee(t); elem != nil {
			t = elem
		}
		if array, ok := coreType(t).(*types.Array); ok {
			return array.Len()
		}
	}
	return math.MaxInt32
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
		b.g.part(ofText, b.g.pts[arg]).each(func(i int) {
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
	if !isNamed(t, "net/http", "Response") {
		return nil
	}
	if x := b.namedVar(sel.X); x != nil && slices.ContainsFunc(b.definitionsOf(x), func(d definition) bool { return isComposite(d.value) }) {
		return nil // it has the body that it is given
	}
	return b.g.pts[b.eval(sel.X)]
}

// isComposite reports whether an expression is a composite literal, or a pointer to one.
func isComposite(e ast.Expr) bool {
	if unary, ok := ast.Unparen(e).(*ast.UnaryExpr); ok {
		e = unary.X
	}
	_, ok := ast.Unparen(e).(*ast.CompositeLit)
	return ok
}

// readsOn reports whether a response goes on reading from what the function that made it was given.
func (b *body) readsOn(responses bitset) bool {
	found := false
	responses.each(func(i int) {
		if in := b.g.objs[i].call; in != nil {
			e := b.sums.effectsOf(in.fn)
			if c := b.sums.contractOf(in.fn); c != nil {
				e = c.effects
			}
			found = found || e != nil && e.does&rests != 0
		}
	})
	return found
}

// partItself is itself for an operand that may be a part of what a parameter is.
func (c *collector) partItself(base ast.Expr) int {
	if base == nil {
		return noneItself
	}
	// x.mu.Lock() locks a part of what x points to; x.w.Write() writes to something else.
	for {
		sel, ok := ast.Unparen(base).(*ast.SelectorExpr)
		if !ok || !isPart(c.b.typeOf(sel)) || c.b.leadsOut(sel) {
			break
		}
		base = sel.X
	}
	return c.itself(base, true)
}

// isPart reports whether a field of the type lies in the struct as a whole.
func isPart(t types.Type) bool {
	switch coreType(t).(type) {
	case *types.Struct, *types.Array, *types.Basic:
		return true
	}
	return false
}

// leadsOut reports whether a selector passes an embedded field that is a pointer or an
// interface, so that what it selects is no part of what it starts at.
func (b *body) leadsOut(sel *ast.SelectorExpr) bool {
	s := b.u.info.Selections[sel]
	if s == nil {
		return false
	}
	t := s.Recv()
	if elem := pointee(t); elem != nil {
		t = elem
	}
	path := s.Index()
	for _, i := range path[:len(path)-1] {
		st, ok := coreType(t).(*types.Struct)
		if !ok {
			return true
		}
		if t = st.Field(i).Type(); !isPart(t) {
			return true
		}
	}
	return false
}

// receiverLeadsOut reports whether a call is one of a method that belongs to an embedded
// pointer or interface, or that acts on what the value leads to which its receiver points to.
func (b *body) receiverLeadsOut(at ast.Node) bool {
	call, ok := at.(*ast.CallExpr)
	if !ok {
		return false
	}
	sel, ok := ast.Unparen(call.Fun).(*ast.SelectorExpr)
	return ok && (b.leadsOut(sel) || b.u.leadsOnByValue(sel))
}
