package main

import (
	"go/ast"
	"go/token"
	"go/types"
)

// callee is the expression that is called, without parentheses and type arguments.
func (u *unit) callee(call *ast.CallExpr) ast.Expr {
	fun := ast.Unparen(call.Fun)
	generic := fun
	switch f := fun.(type) {
	case *ast.IndexExpr:
		generic = ast.Unparen(f.X)
	case *ast.IndexListExpr:
		generic = ast.Unparen(f.X)
	}
	if u.static(generic) != nil {
		return generic
	}
	return fun
}

// static is the declared function or method, or the method of an interface,
// that an expression names, be it by way of a variable that never is another; nil for other function values.
func (u *unit) static(fun ast.Expr) *types.Func {
	named := u.named(fun)
	if v, ok := named.(*types.Var); ok && !v.IsField() && v.Pkg() == u.pkg {
		return u.alwaysCalls(v)
	}
	fn, _ := named.(*types.Func)
	return fn
}

// named is what a name, or one of another package, stands for; nil for other expressions.
func (u *unit) named(fun ast.Expr) types.Object {
	var id *ast.Ident
	switch f := fun.(type) {
	case *ast.Ident:
		id = f
	case *ast.SelectorExpr:
		id = f.Sel
	default:
		return nil
	}
	return u.info.Uses[id]
}

// builtin is the name of the builtin that a call calls, "" for others.
func (u *unit) builtin(call *ast.CallExpr) string {
	fun := ast.Unparen(call.Fun)
	if sel, ok := fun.(*ast.SelectorExpr); ok {
		fun = sel.Sel // unsafe.Slice
	}
	if id, ok := fun.(*ast.Ident); ok {
		if o, ok := u.info.Uses[id].(*types.Builtin); ok {
			return o.Name()
		}
	}
	return ""
}

// isMethodCall reports whether fun is x.M, with the receiver as an operand of its own.
func (u *unit) isMethodCall(fun ast.Expr) bool {
	sel, ok := fun.(*ast.SelectorExpr)
	if !ok {
		return false
	}
	s := u.info.Selections[sel]
	return s != nil && s.Kind() == types.MethodVal
}

func isInterfaceMethod(fn *types.Func) bool {
	recv := fn.Type().(*types.Signature).Recv()
	return recv != nil && types.IsInterface(recv.Type())
}

// call returns the nodes of a call's results.
func (b *body) call(call *ast.CallExpr) []node {
	if b.u.info.Types[call.Fun].IsType() {
		return []node{b.conversion(call)}
	}
	if name := b.u.builtin(call); name != "" {
		return []node{b.builtinCall(name, call)}
	}
	fun := b.u.callee(call)
	fn := b.u.static(fun)
	results := b.newResults(call, fn)
	narrowed := make([]node, len(results))
	for i, t := range resultTypes(b.typeOf(call)) {
		narrowed[i] = b.filtered(b.narrow(results[i], t), t)
	}
	if list := b.methodsHeld(fun, fn); len(list) > 0 && !b.g.judging {
		args := append([]node{b.receiver(fun.(*ast.SelectorExpr))}, b.operands(call)...)
		for _, m := range list {
			b.through[call] = append(b.through[call], b.invoke(call, m, shapeOf(m.Type().(*types.Signature), true), args, results))
		}
		return narrowed
	}
	if list := b.heldBy(fun); fn == nil && len(list) > 0 && !b.g.judging {
		args := b.operands(call)
		for _, f := range list {
			sig := f.fn.Type().(*types.Signature)
			b.through[call] = append(b.through[call], b.invoke(call, f.fn, shapeOf(sig, f.method), args, results))
		}
		return narrowed
	}
	if fn == nil {
		d := &dynamic{fn: b.eval(fun), args: b.operands(call), results: results}
		for i, t := range resultTypes(b.typeOf(call)) {
			d.errors = append(d.errors, isError(t))
			o := b.g.newObject()
			b.g.objs[o].origin = origin{at: call, typ: t, result: i}
			if results[i] != 0 {
				b.companions(o, t)
			}
			d.made = append(d.made, o)
		}
		for _, arg := range call.Args {
			d.briefly = append(d.briefly, usedDuringCall(b.typeOf(arg)))
		}
		b.dynamics[call] = d
		b.g.add(d)
		return narrowed
	}
	if isSyscall(fn) {
		b.pinned(call.Args)
	}
	var args []node
	method := b.u.isMethodCall(fun)
	if method {
		args = append(args, b.receiverAs(fun.(*ast.SelectorExpr), fn))
	}
	args = append(args, b.operands(call)...)
	sig := fn.Type().(*types.Signature)
	if !method && sig.Recv() != nil && len(args) > 0 { // T.M(x, ...) has the receiver among its arguments
		args[0] = b.led(args[0], b.u.wayOf(fun))
	}
	if b.u.standard(fn.Pkg()) && !isInterfaceMethod(fn) {
		b.callbackErrors(call, results)
	}
	in := b.invoke(call, fn, shapeOf(sig, sig.Recv() != nil), args, results)
	b.invokes[call] = in
	b.mayAwait(in)
	if x := b.startsInGroup(call); x != nil {
		in.spawns, _ = b.spawned(call, call.Args[0], []signal{{on: x, kind: ended}})
	}
	return narrowed
}

func (b *body) invoke(at ast.Node, fn *types.Func, sig *shape, args, results []node) *invoke {
	c := &invoke{
		body: b, at: at, fn: fn, sums: b.sums, name: calleeName(fn), absent: presumed(fn, b.h), args: args, sig: sig, results: results,
	}
	c.std = b.u.standard(fn.Pkg()) && !isInterfaceMethod(fn)
	for i := range results {
		list := fn.Origin().Type().(*types.Signature).Results()
		c.errors = append(c.errors, i < list.Len() && isError(list.At(i).Type()))
		c.holders = append(c.holders, i < list.Len() && hasErrorField(list.At(i).Type()))
	}
	c.constructs = c.std && returnsClosable(fn)
	if stated := b.sums.contractOf(fn); stated != nil {
		c.retains = stated.does&(environment|sharedMemory|starts|process) != 0
	}
	c.retains = c.retains || c.name == "os.WriteFile"
	if c.std {
		sig := fn.Type().(*types.Signature)
		if sig.Recv() != nil {
			c.brief = append(c.brief, false)
		}
		for i := 0; i < sig.Params().Len(); i++ {
			c.brief = append(c.brief, usedDuringCall(sig.Params().At(i).Type()))
		}
	}
	instance := instanceResults(b.u, at, fn)
	for i, r := range results {
		o := heap // not used
		if r != 0 {
			o = b.g.newObject()
			b.g.objs[o].origin = origin{at: at, typ: instance.At(i).Type(), call: c, result: i}
			if c.abstract() {
				b.g.varied.add(int(o))
			}
			b.companions(o, b.g.objs[o].typ)
			if b.h.refs(b.g.objs[o].typ) {
				b.g.point(b.g.objs[o].in, o) // it stands for all that it leads to
			}
		}
		c.made = append(c.made, o)
	}
	c.givesBack = b.givenBack()
	b.callees[c.name] = true
	if isInterfaceMethod(fn) {
		b.abstract[fn.Name()] = true
	}
	b.g.add(c)
	return c
}

// instanceResults are the results of a function, of a generic one as it is called here: what its own type says of a T
// is neither plain memory nor made with a type.
func instanceResults(u *unit, at ast.Node, fn *types.Func) *types.Tuple {
	if call, ok := at.(*ast.CallExpr); ok {
		if sig, ok := coreType(u.info.TypeOf(call.Fun)).(*types.Signature); ok && u.static(u.callee(call)) == fn {
			return sig.Results()
		}
	}
	return fn.Type().(*types.Signature).Results()
}

// returnsClosable reports whether a function returns something that can be closed, and an error.
func returnsClosable(fn *types.Func) bool {
	list := fn.Type().(*types.Signature).Results()
	if list.Len() < 2 || !isError(list.At(list.Len()-1).Type()) {
		return false
	}
	t := list.At(0).Type()
	return canBeEnded(t) || hasBody(t)
}

// hasBody reports whether a thing of type t has a body that can be closed, as an *http.Response does.
func hasBody(t types.Type) bool {
	elem := pointee(t)
	if elem == nil {
		return false
	}
	s, ok := elem.Underlying().(*types.Struct)
	for i := 0; ok && i < s.NumFields(); i++ {
		if f := s.Field(i); f.Name() == "Body" && canBeEnded(f.Type()) {
			return true
		}
	}
	return false
}

// make returns a node that refers to memory of type t that is allocated here.
func (b *body) make(at ast.Node, t types.Type) node {
	n, o := b.g.fresh()
	b.g.objs[o].at, b.g.objs[o].typ = at, t
	if t != nil && b.h.plain(t) || t != nil && !b.h.refs(t) {
		b.g.makePlain(o)
		fd := b.textOf(o) // strings that lie in it
		b.g.objs[o].fd = fd
	} else if t != nil {
		if b.h.bare(t) {
			b.g.bare.add(int(o))
		}
		b.ownMemory(o, t)
	}
	return n
}

// newResults makes nodes for what a call returns.
func (b *body) newResults(call *ast.CallExpr, fn *types.Func) []node {
	var nodes []node
	for i, t := range resultTypes(b.typeOf(call)) {
		n := node(0)
		if b.h.tracked(t) && !(isError(t) && b.inLibrary(fn) && !statesError(fn, i)) {
			n = b.g.newNode()
		}
		nodes = append(nodes, n)
	}
	return nodes
}

// hasErrorField reports whether a struct, or one that a pointer leads to, has an error in it.
func hasErrorField(t types.Type) bool {
	if elem := pointee(t); elem != nil {
		t = elem
	}
	s, ok := coreType(t).(*types.Struct)
	for i := 0; ok && i < s.NumFields(); i++ {
		if isError(s.Field(i).Type()) {
			return true
		}
	}
	return false
}

// givesError reports whether calls of a function value give an error.
func givesError(t types.Type) bool {
	sig, ok := coreType(t).(*types.Signature)
	return ok && sig.Results().Len() > 0 && isError(sig.Results().At(sig.Results().Len()-1).Type())
}

// callbackErrors: the library gives back the errors of the functions that it is given.
func (b *body) callbackErrors(call *ast.CallExpr, results []node) {
	last := len(results) - 1
	if last < 0 || results[last] == 0 || !isError(resultTypes(b.typeOf(call))[last]) {
		return
	}
	for _, arg := range call.Args {
		if !givesError(b.typeOf(arg)) {
			continue
		}
		sig := coreType(b.typeOf(arg)).(*types.Signature)
		d := &dynamic{fn: b.eval(arg), args: make([]node, sig.Params().Len()), results: make([]node, sig.Results().Len())}
		d.results[sig.Results().Len()-1] = results[last]
		d.errors = make([]bool, sig.Results().Len())
		d.errors[sig.Results().Len()-1] = true
		b.g.add(d)
	}
}

// inLibrary reports whether a package of the standard library itself calls a function whose
// body is not known to it: what such errors hold is looked for where its callers are.
func (b *body) inLibrary(fn *types.Func) bool {
	return b.u.standard(b.u.pkg) && (fn == nil || isInterfaceMethod(fn) || b.u.standard(fn.Pkg()))
}

// statesError reports whether it is known what the error is made of that a function of the
// standard library returns as result i.
func statesError(fn *types.Func, i int) bool {
	if fn == nil {
		return false
	}
	if known := wellKnown[funcName(fn)]; known != nil {
		for _, e := range known.edges {
			if (e.to.kind == toResult || e.to.kind == inResult) && e.to.index == i {
				return true
			}
		}
	}
	list := fn.Origin().Type().(*types.Signature).Results()
	return i < list.Len() && !isError(list.At(i).Type())
}

func resultTypes(t types.Type) []types.Type {
	tuple, ok := t.(*types.Tuple)
	if !ok {
		if t == nil {
			return nil
		}
		return []types.Type{t}
	}
	var list []types.Type
	for i := 0; i < tuple.Len(); i++ {
		list = append(list, tuple.At(i).Type())
	}
	return list
}

// advanced is the pointer as a number, uintptr(p), that a sum is made of: unsafe.Pointer(uintptr(p) + offset) points into what p
// does, by rule 3 of package unsafe.  Nil for other expressions.
func (b *body) advanced(e ast.Expr) *ast.CallExpr {
	switch e := ast.Unparen(e).(type) {
	case *ast.BinaryExpr:
		if e.Op == token.ADD || e.Op == token.SUB || e.Op == token.AND_NOT {
			return b.advanced(e.X)
		}
	case *ast.CallExpr:
		if b.u.info.Types[e.Fun].IsType() && len(e.Args) == 1 && isBasic(coreType(b.typeOf(e)), types.Uintptr) && isBasic(coreType(b.typeOf(e.Args[0])), types.UnsafePointer) {
			return e
		}
	}
	return nil
}

// conversion: the value stays what it is, unless that cannot be followed.
func (b *body) conversion(call *ast.CallExpr) node {
	if len(call.Args) != 1 {
		return 0
	}
	from, to := coreType(b.typeOf(call.Args[0])), coreType(b.typeOf(call))
	if number := b.advanced(call.Args[0]); number != nil && isBasic(to, types.UnsafePointer) {
		b.pinned([]ast.Expr{number})
		n := b.g.newNode()
		b.g.add(widen{n, b.eval(number.Args[0])})
		return n
	}
	x := b.eval(call.Args[0])
	if x != 0 && isBasic(from, types.UnsafePointer) && isBasic(to, types.Uintptr) {
		b.g.store(b.g.of(unknown), x)
	}
	if !b.tracked(call) {
		return 0
	}
	if isBasic(to, types.UnsafePointer) {
		if !b.h.refs(b.typeOf(call.Args[0])) {
			return b.g.of(unknown) // from uintptr
		}
		n := b.g.newNode()
		b.g.add(widen{n, x})
		return n
	}
	if _, ok := to.(*types.Slice); ok && (x == 0 || !b.h.refs(b.typeOf(call.Args[0]))) {
		n := b.make(call, b.typeOf(call)) // from string
		b.g.store(n, x)
		return n
	}
	if _, ok := to.(*types.Array); ok {
		if _, ok := from.(*types.Slice); ok {
			return b.g.load(x)
		}
	}
	if t := b.typeOf(call); !b.h.refs(t) {
		if _, ok := from.(*types.Slice); ok && x != 0 {
			n := b.g.newNode()
			b.g.add(spell{dst: n, src: x}) // bytes that become a string are copied: only names that were put into them
			return n
		}
		return b.narrow(x, t)
	}
	return b.renamed(call, b.boxed(call.Args[0], x, b.typeOf(call)))
}

// renamed is a pointer that is converted to one to another named struct: what it points to has that type, too.
func (b *body) renamed(call *ast.CallExpr, x node) node {
	from, to := pointee(b.typeOf(call.Args[0])), pointee(b.typeOf(call))
	if x == 0 || to == nil || from != nil && types.Identical(from, to) || !isNamedStruct(to) {
		return x
	}
	return b.holding(call, b.typeOf(call), x)
}

func isBasic(t types.Type, kind types.BasicKind) bool {
	basic, ok := t.(*types.Basic)
	return ok && basic.Kind() == kind
}

func (b *body) builtinCall(name string, call *ast.CallExpr) node {
	args := call.Args
	switch name {
	case "append":
		return b.appendCall(call)
	case "copy":
		switch src := b.eval(args[1]); {
		case b.h.refs(b.typeOf(args[1])):
			var elem types.Type
			if s, ok := coreType(b.typeOf(args[1])).(*types.Slice); ok {
				elem = s.Elem()
			}
			b.g.store(b.eval(args[0]), b.elements(src, elem))
		default: // a string
			b.g.store(b.eval(args[0]), src)
		}
	case "new":
		n := b.make(call, pointee(b.typeOf(call)))
		if !b.u.info.Types[args[0]].IsType() {
			b.g.store(n, b.eval(args[0])) // new(x), since Go 1.26
		}
		return n
	case "make":
		return b.make(call, b.typeOf(call))
	case "panic":
		b.g.store(b.g.of(heap), b.eval(args[0]))
	case "recover":
		if !b.inside[len(b.inside)-1].isLit {
			b.recovers = true
		}
		n := b.g.of(heap)
		b.g.point(n, unknown)
		return n
	case "Slice", "SliceData", "String", "StringData", "Add":
		if b.tracked(call) {
			n := b.eval(args[0])
			if n == 0 {
				n = b.g.of(unknown) // unsafe.StringData
			}
			if name == "String" {
				s := b.g.newNode()
				b.g.add(handle{s, n})
				b.g.assign(s, b.narrow(n, b.typeOf(call)))
				return s
			}
			return n
		}
	}
	return 0 // the rest hold nothing and keep nothing
}

// elements is the node of what a slice holds: of numbers and strings, copies.
func (b *body) elements(slice node, elem types.Type) node {
	if slice == 0 || elem == nil || b.h.refs(elem) {
		return b.g.load(slice)
	}
	n := b.g.newNode()
	words, numbers := false, false
	if b.h.textual(elem) {
		words, numbers = b.h.textKinds(elem)
	}
	b.g.add(spell{n, slice, words, numbers})
	return n
}

func (b *body) appendCall(call *ast.CallExpr) node {
	s := b.eval(call.Args[0])
	n := b.make(call, b.typeOf(call))
	inPlace := b.inPlace[call] // the old elements are there already
	if !inPlace {
		b.g.assign(n, s)
	}
	var elem types.Type
	if t, ok := underType(b.typeOf(call)).(*types.Slice); ok {
		elem = t.Elem()
	}
	if elem != nil && !b.h.tracked(elem) && !call.Ellipsis.IsValid() {
		return n
	}
	for _, arg := range call.Args[1:] {
		v := b.eval(arg)
		if call.Ellipsis.IsValid() && b.h.refs(b.typeOf(arg)) {
			v = b.elements(v, elem)
		} else if !call.Ellipsis.IsValid() {
			v = b.boxed(arg, v, elem)
		}
		b.g.store(n, v)
		if inPlace {
			b.g.store(s, v)
		}
	}
	if !inPlace {
		b.g.store(n, b.g.load(s)) // the old elements move to the new array
	}
	return n
}

// funcLit reads the body of a literal.
func (b *body) funcLit(lit *ast.FuncLit) node {
	g := b.g
	l := &literal{}
	o := g.addObject(object{in: g.newNode(), out: g.newNode(), lit: l, origin: origin{at: lit, typ: b.typeOf(lit)}})
	l.decl = lit
	g.lits = append(g.lits, o)
	sig, ok := b.typeOf(lit).(*types.Signature)
	if !ok {
		return g.of(unknown)
	}
	l.variadic = sig.Variadic()
	if isDiscreet(sig) {
		g.discreet.add(int(o))
	}
	for i := 0; i < sig.Params().Len(); i++ {
		v := sig.Params().At(i)
		n := node(0)
		if b.h.tracked(v.Type()) {
			n = b.atFirst(v)
			g.assign(n, b.fitting(g.objs[o].in, v.Type()))
		}
		l.params = append(l.params, n)
	}
	fr := b.frame(sig, lit)
	fr.self, fr.isLit = o, true
	l.results = fr.results
	for _, r := range l.results {
		g.assign(g.objs[o].out, r)
	}
	b.inside = append(b.inside, fr)
	b.block(lit.Body)
	b.inside = b.inside[:len(b.inside)-1]
	return g.of(o)
}

// funcValue is a declared function as a value, or the method value of recv, or T.M with its way.
// All its calls are one call here: operands are stored in it and results taken out.  A generic one has the type of an instance.
func (b *body) funcValue(fn *types.Func, instance *types.Signature, recv *node, w way) node {
	g := b.g
	o := g.addObject(object{in: g.newNode(), out: g.newNode(), calls: true, fn: &funcObject{fn: fn, recv: recv, way: w}})
	sig, declared := fn.Type().(*types.Signature), fn.Origin().Type().(*types.Signature)
	var args, results []node
	if recv != nil {
		args = append(args, *recv)
		g.assign(g.objs[o].out, *recv)
	} else if sig.Recv() != nil {
		args = append(args, b.boxedAs(b.decl, sig.Recv().Type(), b.led(g.objs[o].in, w), declared.Recv().Type()))
	}
	for i := 0; i < sig.Params().Len(); i++ {
		n := node(0)
		if b.h.tracked(sig.Params().At(i).Type()) {
			n = b.fitting(g.objs[o].in, sig.Params().At(i).Type())
			n = b.boxedAs(b.decl, instance.Params().At(i).Type(), n, declared.Params().At(i).Type())
		}
		args = append(args, n)
	}
	for i := 0; i < sig.Results().Len(); i++ {
		n := node(0)
		if b.h.tracked(sig.Results().At(i).Type()) {
			n = g.newNode()
			g.assign(g.objs[o].out, n)
		}
		results = append(results, n)
	}
	g.objs[o].fn.results = results
	b.invoke(b.decl, fn, shapeOf(sig, sig.Recv() != nil), args, results)
	return g.of(o)
}

// composite is the value of T{...}.
func (b *body) composite(lit *ast.CompositeLit) node {
	t := b.typeOf(lit)
	elided := pointee(t) // {...} for &T{...} in a list of pointers
	if elided != nil {
		t = elided
	}
	value := b.g.newNode()
	for i, elt := range lit.Elts {
		if kv, ok := elt.(*ast.KeyValueExpr); ok {
			if _, isStruct := coreType(t).(*types.Struct); !isStruct {
				b.g.assign(value, b.boxed(kv.Key, b.eval(kv.Key), keyType(t)))
			}
			elt = kv.Value
		}
		b.g.assign(value, b.boxed(elt, b.eval(elt), elementType(b.u.info, t, lit, i)))
	}
	boxed := elided != nil
	switch coreType(t).(type) {
	case *types.Struct, *types.Array:
	default:
		boxed = true
	}
	if boxed {
		n := b.make(lit, t)
		b.g.store(n, value)
		if coreType(t) == nil {
			b.g.assign(n, value) // of a type parameter: an array, perhaps
		}
		return n
	}
	return value
}
