package main

import (
	"go/ast"
	"go/token"
	"go/types"
)

// A body turns a declared function into a graph.
type body struct {
	u      *unit
	h      *holder
	sums   *summaries
	g      *graph
	decl   ast.Decl // a function, or variables whose values hold literals
	sig    *shape
	vars   map[*types.Var]node // locals: the node is also what the variable's object holds
	webs   *webs               // of those that get several values
	cells  map[*types.Var]obj  // locals whose address is taken or that a literal captures
	exprs  map[ast.Expr]node
	calls  map[*ast.CallExpr][]node
	fields map[fieldPath][2]node
	// invokes has the calls of declared functions and of methods of interfaces.
	invokes map[*ast.CallExpr]*invoke
	// dynamics has the calls of function values.
	dynamics map[*ast.CallExpr]*dynamic
	// through has, by call of a function that is kept in a field, the calls of those it may be.
	through  map[*ast.CallExpr][]*invoke
	planting []bitset // see plants
	lone     bitset   // see contexts
	loneAt   int      // the version of the graph that it is about, plus one

	params     []obj // what each parameter leads to; -1 if it can hold nothing
	results    []node
	given      gifts
	elems      map[obj]obj // by parameter that is a slice of functions: any of these
	sigResults *types.Tuple
	calledWith []obj    // by result that is a function: what it is called with, once the flows are known
	inside     []*frame // the function and the literals around the current statement
	callees    map[string]bool
	abstract   map[string]bool // the methods of interfaces that are called
	ownTypes   map[obj][]string
	called     map[question]*callableAnswers // see callableOn; by what is known of callees now
	receivers  map[receiversKey]*receivers   // see receiversIn; as called
	both       map[[2]*receivers]*receivers  // see merged; as called
	dropped    map[ast.Expr]bool             // see drops
	text       *passes                       // see passesIn
	slices     map[*types.Var]bool           // see cut
	ways       map[followed]*answers         // see follow
	gotten     map[*types.Var]*gotten        // see gottenBy
	inPlace    map[*ast.CallExpr]bool        // appends to what lies where the result goes
	unchanged  map[*types.Var]bool           // see asGiven
	made       madeTypes                     // by what is known of callees now
	spawns     []*spawn                      // goroutines that the function may wait for
	returns    []*giving                     // what deferred calls give back to pools, if it is judged
	deferring  *ast.DeferStmt                // the statement around the current one
	itself     map[*types.Var]int            // see parameterItself
	// recovers is set by a call of recover outside of literals.
	recovers bool
	pends    bool  // it waits for goroutines, but not where a panic leaves it
	stops    *bool // see stopsPanics
	asks     bool  // it is read for what its literals keep, see findKeepers
}

// A frame is a function whose statements are being read.
type frame struct {
	pos, end token.Pos
	self     obj // the object of a literal
	isLit    bool
	results  []node
	types    []types.Type // of the results
	named    []*types.Var
}

// newBody reads the body of a function declaration; judged says that its callers are out of sight.
func newBody(u *unit, h *holder, sums *summaries, decl ast.Decl, judged bool) *body {
	b := readBody(u, h, sums, decl, judged)
	if !judged {
		b.outlasting()
	}
	return b
}

// readBody is newBody but for what goroutines have.
func readBody(u *unit, h *holder, sums *summaries, decl ast.Decl, judged bool) *body {
	b := &body{
		u: u, h: h, sums: sums, decl: decl, g: newGraph(),
		vars:    make(map[*types.Var]node),
		cells:   make(map[*types.Var]obj),
		exprs:   make(map[ast.Expr]node),
		calls:   make(map[*ast.CallExpr][]node),
		fields:  make(map[fieldPath][2]node),
		invokes: make(map[*ast.CallExpr]*invoke), dynamics: make(map[*ast.CallExpr]*dynamic), through: make(map[*ast.CallExpr][]*invoke),
		itself: make(map[*types.Var]int), callees: make(map[string]bool), abstract: make(map[string]bool), ownTypes: make(map[obj][]string),
	}
	b.g.judging = judged
	b.forgetReceivers()
	fd, ok := decl.(*ast.FuncDecl)
	if !ok {
		b.sig = &shape{}
		b.inside = []*frame{{pos: decl.Pos(), end: decl.End()}}
		b.block(decl)
		return b
	}
	sig := u.info.Defs[fd.Name].Type().(*types.Signature)
	b.sig = shapeOf(sig, sig.Recv() != nil)
	b.webs = newWebs(u, fd, judged)
	if sig.Recv() != nil {
		b.param(sig.Recv())
	}
	for i := 0; i < sig.Params().Len(); i++ {
		b.param(sig.Params().At(i))
	}
	b.sigResults = sig.Results()
	fr := b.frame(sig, fd)
	b.results = fr.results
	b.inside = []*frame{fr}
	b.block(fd.Body)
	return b
}

func (b *body) param(v *types.Var) {
	if !b.h.tracked(v.Type()) {
		b.params = append(b.params, -1)
		return
	}
	o := b.g.newObject()
	b.g.objs[o].calls = isFunc(v.Type())
	b.g.objs[o].v, b.g.objs[o].typ = v, v.Type()
	b.companions(o, v.Type())
	b.g.isParam.add(int(o))
	if isTest(v.Type()) {
		b.g.tests.add(int(o))
	}
	if s, ok := coreType(v.Type()).(*types.Slice); ok && isFunc(s.Elem()) {
		b.functionsIn(o, s.Elem())
	} else {
		b.g.point(b.g.objs[o].in, o)
		b.givesFor(o, v)
	}
	b.g.point(b.atFirst(v), o)
	b.params = append(b.params, o)
}

// companions makes, for what came from elsewhere with type t, objects for the
// plain memory and for the strings and numbers in it.
func (b *body) companions(o obj, t types.Type) {
	g := b.g
	if !b.h.refs(t) {
		g.makeText(o)
		return
	}
	names, numbers, fd := b.textOf(o), b.textOf(o), b.textOf(o)
	g.objs[o].names, g.objs[o].numbers, g.objs[o].fd = names, numbers, fd
	if b.h.plain(t) {
		g.makePlain(o)
		return
	}
	if b.h.bare(t) {
		g.bare.add(int(o))
	}
	n := g.newNode()
	m := g.addObject(object{in: n, out: n, plain: true, names: names, numbers: numbers, fd: fd, whole: o, origin: g.objs[o].origin})
	g.lay(o, m)
	g.point(n, m) // however deep
}

// textOf makes an object for strings or numbers in o.
func (b *body) textOf(o obj) obj {
	n := b.g.newNode()
	return b.g.addObject(object{in: n, out: n, plain: true, text: true, origin: b.g.objs[o].origin})
}

// ownMemory makes an object for the plain memory that a variable or an allocation has
// inside: out of sight, as the bytes of a bytes.Buffer, or in an array.
func (b *body) ownMemory(o obj, t types.Type) {
	if types.IsInterface(t) || !b.h.refs(t) || b.h.plain(t) {
		return
	}
	named, ok := types.Unalias(t).(*types.Named)
	switch {
	case ok && named.Obj().Pkg() == nil:
		return
	case !ok || named.Obj().Pkg() == b.u.pkg:
		inside := t
		if s, ok := coreType(t).(*types.Slice); ok {
			inside = s.Elem()
		}
		if !b.holdsArray(t) && !b.u.pointedTo(inside) && !b.holdsLibrary(inside) {
			return
		}
	}
	g := b.g
	n := g.newNode()
	m := g.addObject(object{in: n, out: n, plain: true, whole: o, origin: g.objs[o].origin})
	g.lay(o, m)
	g.point(n, m)
}

// holdsLibrary reports whether a struct of type t has a struct of the library's in it, no pointer between, that leads to memory.
func (b *body) holdsLibrary(t types.Type) bool {
	s, ok := coreType(t).(*types.Struct)
	for i := 0; ok && i < s.NumFields(); i++ {
		f := s.Field(i).Type()
		if _, part := coreType(f).(*types.Struct); !part {
			continue
		}
		named, isNamed := types.Unalias(f).(*types.Named)
		if isNamed && b.u.standard(named.Obj().Pkg()) {
			if b.h.refs(f) && !b.h.plain(f) {
				return true
			}
		} else if b.holdsLibrary(f) {
			return true
		}
	}
	return false
}

// pointedTo reports whether the package takes the address of a field in a struct of type t, or in what is a part of it.
func (u *unit) pointedTo(t types.Type) bool {
	if a, ok := coreType(t).(*types.Array); ok {
		t = a.Elem()
	}
	s, ok := coreType(t).(*types.Struct)
	if !ok {
		return false
	}
	if u.addressTaken == nil {
		u.addressTaken = make(map[*types.Var]bool)
		for e := range u.info.Types {
			at := u.addressed(e)
			if at == nil {
				continue
			}
			if sel, ok := ast.Unparen(at).(*ast.SelectorExpr); ok {
				if field, ok := u.info.Uses[sel.Sel].(*types.Var); ok {
					u.addressTaken[field.Origin()] = true
				}
			}
		}
	}
	for i := range s.NumFields() {
		if f := s.Field(i); u.addressTaken[f.Origin()] || pointee(f.Type()) == nil && u.pointedTo(f.Type()) {
			return true
		}
	}
	return false
}

// holdsArray reports whether a value of type t, or what it points to, has an array in it,
// no pointer between.
func (b *body) holdsArray(t types.Type) bool {
	if t == nil {
		return false
	}
	if elem := pointee(t); elem != nil {
		t = elem
	}
	if named, ok := types.Unalias(t).(*types.Named); ok && b.u.standard(named.Obj().Pkg()) {
		return false
	}
	switch t := coreType(t).(type) {
	case *types.Array:
		return t.Len() > 0
	case *types.Struct:
		for i := 0; i < t.NumFields(); i++ {
			if f := t.Field(i).Type(); pointee(f) == nil && b.holdsArray(f) {
				return true
			}
		}
	}
	return false
}

func (b *body) frame(sig *types.Signature, at ast.Node) *frame {
	fr := &frame{pos: at.Pos(), end: at.End()}
	for i := 0; i < sig.Results().Len(); i++ {
		v := sig.Results().At(i)
		n := node(0)
		if b.h.tracked(v.Type()) {
			n = b.g.newNode()
		}
		fr.results = append(fr.results, n)
		fr.types = append(fr.types, v.Type())
		if v.Name() != "" && v.Name() != "_" {
			fr.named = append(fr.named, v)
			if b.webs == nil || readAtEnd(bodyOf(at)) {
				b.g.assign(n, b.variable(v))
			}
		}
	}
	return fr
}

// local reports whether v is a variable of this function or of a literal in it.
func (b *body) local(v *types.Var) bool {
	return !v.IsField() && (v.Pkg() == nil || v.Parent() != v.Pkg().Scope()) && b.decl.Pos() <= v.Pos() && v.Pos() < b.decl.End()
}

// variable is the node of a local.
func (b *body) variable(v *types.Var) node {
	if !b.h.tracked(v.Type()) {
		return 0
	}
	n, ok := b.vars[v]
	if !ok {
		n = b.g.newNode()
		b.vars[v] = n
	}
	return n
}

// unseen reports whether nobody can look at a variable but the function's own statements.
func (b *body) unseen(v *types.Var) bool { return b.webs != nil && b.webs.alone[v] }

// mentioned is the node of a local where it stands: of the values that it may have there.
func (b *body) mentioned(id *ast.Ident, v *types.Var) node {
	if b.webs != nil {
		if w := b.webs.of[id]; w != nil {
			return b.webNode(v, w)
		}
	}
	return b.variable(v)
}

// atFirst is the node of what a parameter is given.
func (b *body) atFirst(v *types.Var) node {
	if b.webs != nil {
		if w := b.webs.first[v]; w != nil {
			return b.webNode(v, w)
		}
	}
	return b.variable(v)
}

// webNode is the node of a web, which the variable's has the values of.
func (b *body) webNode(v *types.Var, w *web) node {
	if w.node == 0 && b.h.tracked(v.Type()) {
		if len(b.webs.all[v]) == 1 && b.webs.alone[v] {
			w.node = b.variable(v)
		} else {
			w.node = b.g.newNode()
			b.g.assign(b.variable(v), w.node)
		}
	}
	return w.node
}

// cell is the object that the address of a local refers to.
func (b *body) cell(v *types.Var) obj {
	o, ok := b.cells[v]
	if !ok {
		n := b.variable(v)
		if n == 0 {
			n = b.g.newNode()
		}
		flat := !b.h.refs(v.Type()) || b.h.plain(v.Type())
		o = b.g.addObject(object{in: n, out: n, plain: flat, origin: origin{v: v, typ: v.Type()}})
		b.ownMemory(o, v.Type())
		b.cells[v] = o
		b.g.cells.add(int(o))
	}
	return o
}

// capture notes the use of a variable of an enclosing function in a literal.
func (b *body) capture(v *types.Var) {
	for _, fr := range b.inside {
		if fr.isLit && (v.Pos() < fr.pos || fr.end <= v.Pos()) {
			b.g.point(b.g.objs[fr.self].out, b.cell(v))
		}
	}
}

// block reads statements, in no particular order: the analysis has none.
func (b *body) block(root ast.Node) {
	ast.Inspect(root, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.FuncLit:
			b.eval(n) // reads the body, once
			return false
		case *ast.DeferStmt:
			around := b.deferring
			b.deferring = n
			b.block(n.Call)
			b.deferring = around
			return false
		case *ast.CallExpr:
			b.eval(n)
			// What is called is no value: x.M here is not the method value x.M.
			if sel, ok := b.u.callee(n).(*ast.SelectorExpr); ok {
				b.block(sel.X)
			} else if b.u.static(b.u.callee(n)) == nil {
				b.block(n.Fun)
			}
			for _, arg := range n.Args {
				b.block(arg)
			}
			return false
		case ast.Expr:
			b.eval(n)
		case *ast.AssignStmt:
			b.assignStmt(n)
		case *ast.ValueSpec:
			b.valueSpec(n)
		case *ast.ReturnStmt:
			b.returnStmt(n)
		case *ast.IncDecStmt:
			b.assign(n.X, 0) // m[k]++ makes k a key
		case *ast.SendStmt:
			var elem types.Type
			if ch, ok := underType(b.typeOf(n.Chan)).(*types.Chan); ok {
				elem = ch.Elem()
			}
			b.g.store(b.eval(n.Chan), b.boxed(n.Value, b.eval(n.Value), elem))
		case *ast.RangeStmt:
			b.rangeStmt(n)
		case *ast.TypeSwitchStmt:
			b.typeSwitch(n)
		case *ast.GoStmt:
			b.goStmt(n)
		}
		return true
	})
}

func (b *body) assignStmt(s *ast.AssignStmt) {
	if len(s.Lhs) != len(s.Rhs) {
		for i, n := range b.eachBoxed(s.Rhs[0], func(i int) types.Type { return b.typeOf(s.Lhs[i]) }) {
			b.assign(s.Lhs[i], n)
		}
		return
	}
	for i, l := range s.Lhs {
		b.extends(l, s.Rhs[i])
		b.assign(l, b.boxed(s.Rhs[i], b.eval(s.Rhs[i]), b.typeOf(l)))
	}
}

func (b *body) valueSpec(s *ast.ValueSpec) {
	if len(s.Values) == 1 && len(s.Names) > 1 {
		for i, n := range b.eachBoxed(s.Values[0], func(i int) types.Type { return b.typeOf(s.Names[i]) }) {
			b.assign(s.Names[i], n)
		}
		return
	}
	for i, v := range s.Values {
		b.assign(s.Names[i], b.boxed(v, b.eval(v), b.typeOf(s.Names[i])))
	}
}

func (b *body) returnStmt(s *ast.ReturnStmt) {
	fr := b.inside[len(b.inside)-1]
	var values []node
	if len(s.Results) == 1 && len(fr.results) > 1 {
		values = b.eachBoxed(s.Results[0], func(i int) types.Type { return fr.types[i] })
	} else {
		for i, r := range s.Results {
			n := b.eval(r)
			if i < len(fr.types) {
				n = b.boxed(r, n, fr.types[i])
			}
			values = append(values, n)
		}
	}
	for i, v := range values {
		if i < len(fr.results) {
			b.g.assign(fr.results[i], v)
			if len(fr.named) == len(fr.results) && !b.unseen(fr.named[i]) { // deferred literals find it there
				b.g.assign(b.variable(fr.named[i]), v)
			}
		}
	}
}

func (b *body) typeSwitch(s *ast.TypeSwitchStmt) {
	a, ok := s.Assign.(*ast.AssignStmt)
	if !ok {
		return
	}
	x := b.eval(ast.Unparen(a.Rhs[0]).(*ast.TypeAssertExpr).X)
	for _, clause := range s.Body.List {
		if v, ok := b.u.info.Implicits[clause].(*types.Var); ok {
			b.g.assign(b.variable(v), x)
		}
	}
}

// narrow keeps of a value of type t what such a value can lead to.
func (b *body) narrow(n node, t types.Type) node {
	switch {
	case n == 0 || t == nil:
		return n
	case b.h.plain(t):
		m := b.g.newNode()
		words, numbers := b.h.memoryKinds(t)
		b.g.add(narrow{m, n, words, numbers})
		return m
	case !b.h.refs(t):
		m := b.g.newNode()
		words, numbers := b.h.textKinds(t)
		b.g.add(spell{m, n, words, numbers})
		return m
	}
	return n
}

// filtered keeps of a value of a concrete type t what such a value can be.
func (b *body) filtered(n node, t types.Type) node {
	if n == 0 || t == nil {
		return n
	}
	named := t
	if elem := pointee(t); elem != nil {
		named = elem
	}
	if _, ok := types.Unalias(named).(*types.Named); !ok || types.IsInterface(named) || !b.h.refs(t) {
		return n
	}
	switch coreType(t).(type) {
	case *types.Struct, *types.Array:
		return n // is what its fields are
	}
	m := b.g.newNode()
	b.g.add(filter{m, n, named, b.h.leadsTo})
	return m
}

// goStmt: what a goroutine is given outlives the call, unless the function waits for it.
func (b *body) goStmt(s *ast.GoStmt) {
	kept := b.g.of(heap)
	fun := b.u.callee(s.Call)
	if o, ok := b.spawned(s, fun, nil); ok {
		kept = b.g.of(o)
	}
	if b.u.static(fun) == nil {
		b.g.store(kept, b.eval(fun))
	}
	if sel, ok := fun.(*ast.SelectorExpr); ok {
		b.g.store(kept, b.receiver(sel))
	}
	for _, arg := range s.Call.Args {
		for _, n := range b.values(arg) {
			b.g.store(kept, n)
		}
	}
}

func (b *body) rangeStmt(s *ast.RangeStmt) {
	t := b.typeOf(s.X)
	x := b.eval(s.X)
	keyOf, valueOf := rangeTypes(t)
	var key, value node
	switch coreType(t).(type) {
	case *types.Map:
		key = b.g.load(x)
		value = key
	case *types.Chan:
		key = b.g.load(x)
	case *types.Slice:
		value = b.g.load(x)
	case *types.Pointer:
		value = b.g.load(x)
	case *types.Array:
		value = x
	case *types.Signature:
		// The loop body is a function that x calls: what it is called with comes out of it.
		n, yield := b.g.fresh()
		b.g.objs[yield].calls = true
		b.g.add(&dynamic{fn: x, args: []node{n}})
		key = b.g.load(n)
		b.g.assign(key, b.g.load(x))
		value = key
	case *types.Basic:
	default:
		key = b.g.of(unknown)
		value = key
		b.g.assign(key, x)
		b.g.assign(key, b.g.load(x))
	}
	if s.Key != nil && b.tracked(s.Key) {
		b.assign(s.Key, b.boxedAs(s.Key, keyOf, b.narrow(key, b.typeOf(s.Key)), b.typeOf(s.Key)))
	}
	if s.Value != nil && b.tracked(s.Value) {
		b.assign(s.Value, b.boxedAs(s.Value, valueOf, b.narrow(value, b.typeOf(s.Value)), b.typeOf(s.Value)))
	}
}

// rangeTypes are the types of what a range statement over a value of type t gives; nil for those that it gives none of, and numbers.
func rangeTypes(t types.Type) (key, value types.Type) {
	switch t := underType(t).(type) {
	case *types.Map:
		return t.Key(), t.Elem()
	case *types.Chan:
		return t.Elem(), nil
	case *types.Slice:
		return nil, t.Elem()
	case *types.Array:
		return nil, t.Elem()
	case *types.Pointer:
		return rangeTypes(t.Elem())
	case *types.Signature:
		if t.Params().Len() != 1 {
			return nil, nil
		}
		if yield, ok := underType(t.Params().At(0).Type()).(*types.Signature); ok {
			list := yield.Params()
			if list.Len() > 0 {
				key = list.At(0).Type()
			}
			if list.Len() > 1 {
				value = list.At(1).Type()
			}
		}
	}
	return key, value
}

// coreType is the one underlying type of a type, looking into type parameters
// no further than to say nil.
func coreType(t types.Type) types.Type {
	if t == nil {
		return nil
	}
	if _, ok := types.Unalias(t).(*types.TypeParam); ok {
		return nil
	}
	return t.Underlying()
}

// isBytes reports whether values of a type are slices of bytes.
func isBytes(t types.Type) bool {
	s, ok := coreType(t).(*types.Slice)
	if !ok {
		return false
	}
	elem, ok := s.Elem().Underlying().(*types.Basic)
	return ok && elem.Kind() == types.Uint8
}

func isString(t types.Type) bool {
	b, ok := coreType(t).(*types.Basic)
	return ok && b.Info()&types.IsString != 0
}

func isBool(t types.Type) bool {
	b, ok := coreType(t).(*types.Basic)
	return ok && b.Info()&types.IsBoolean != 0
}
