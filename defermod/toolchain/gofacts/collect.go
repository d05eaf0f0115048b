package main

import (
	"cmp"
	"go/ast"
	"go/token"
	"go/types"
	"slices"
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
	// callsOperand says that functions are called with which a result of the function at hand is.
	callsOperand bool
	asked        *effects // whose methods are those that parameters were asked for
	// entered are the objects whose calls were collected as those of functions that something leads to, once the
	// function values and results that were, sown and returned the calls whose makings were: what they have put into
	// something, and what they have returned.
	entered        bitset
	once           map[any]bool
	sown, returned map[*invoke]bool
	// askedOf has, by the number of a name, the objects whose methods of that name were collected, askedAll those
	// whose methods of all of some names were, calledOn those that a method was.
	askedOf  []bitset
	askedAll map[*methodNames]bitset
	calledOn map[*methodInSight]bitset
	// ownLooks are the effects among onStack of what is called that is the package's own, or may be the module's.
	ownLooks effect
	// judging is set where the function's callers are out of sight.
	judging bool
	// known is what other code can reach.
	known bitset
}

// A write is a set of objects that something may be written to, or read from.
type write struct {
	objs   bitset
	itself int // the parameter that this happens to itself, not to what it leads to: all others are more than one step away
	w      *witness
}

// noneItself says that no parameter itself is written to or read from, but what they lead to.
const noneItself = -1

// behindIt says likewise that what is written to is what one type of the package keeps that a parameter may be of.
const behindIt = -2

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
		assumes: make(map[string]bool), params: make(map[int]bool), once: make(map[any]bool), sown: make(map[*invoke]bool), returned: make(map[*invoke]bool), askedAll: make(map[*methodNames]bitset), calledOn: make(map[*methodInSight]bitset), asked: newEffects(),
	}
}

func (c *collector) add(what effect, w *witness) {
	what &^= c.sums.ignored
	for bit := effect(1); bit <= what; bit <<= 1 {
		if what&bit != 0 && c.does[bit] == nil {
			c.does[bit] = w
		}
	}
}

// note is add for one effect of a callee; most were noted before.
func (c *collector) note(bit effect, w witness) {
	if c.does[bit] == nil {
		c.add(bit, w.kept())
	}
}

// kept is a witness that stays: most that are found are not needed.
func (w witness) kept() *witness { return &w }

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
		c.lookAt(c.b.g.pts[pointer], c.itself(base, direct), &witness{node: at})
	}
}

func (c *collector) lookAt(set bitset, itself int, w *witness) {
	if len(set) > 0 {
		c.looked = append(c.looked, write{set, itself, w})
		c.lookOutside(set, w)
	}
}

// lookAnywhere notes a read of objects, and of whatever parameters lead to them.
func (c *collector) lookAnywhere(set bitset, w *witness) {
	c.lookedInto.union(set)
	c.lookOutside(set, w)
}

func (c *collector) lookOutside(set bitset, w *witness) {
	if set.has(int(heap)) || set.has(int(unknown)) {
		c.add(looks, w)
	}
}

// lookInto notes that a callee of which no more is known reads all that an operand
// leads to.
func (c *collector) lookInto(arg node, w *witness) {
	if len(c.b.g.pts[arg]) > 0 {
		c.lookAnywhere(c.b.g.withMemory(c.b.g.leads(c.b.g.pts[arg])), w)
	}
}

// mayChange reports whether a variable from outside the function may get another
// value while the program runs.  Errors that packages declare do not, nor do the library's that the package does not
// assign to.
func (b *body) mayChange(v *types.Var) bool {
	switch {
	case v.Pkg() == nil:
		return false
	case b.u.standard(v.Pkg()):
		return b.u.assignsAbroad(v)
	}
	return !b.u.steadyVar(v)
}

// assignsAbroad reports whether the package assigns to a variable of another.
func (u *unit) assignsAbroad(v *types.Var) bool {
	if u.abroad == nil {
		u.abroad = make(map[*types.Var]bool)
		for _, f := range u.files {
			ast.Inspect(f, func(n ast.Node) bool {
				if n != nil {
					eachStore(n, func(e ast.Expr) {
						if sel, ok := ast.Unparen(e).(*ast.SelectorExpr); ok {
							if x, ok := u.info.Uses[sel.Sel].(*types.Var); ok && !x.IsField() && x.Pkg() != u.pkg {
								u.abroad[x] = true
							}
						}
					})
				}
				return true
			})
		}
	}
	return u.abroad[v]
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
	c.writes = append(c.writes, write{c.b.g.pts[pointer], c.itself(base, direct), w})
}

// itself is the parameter that base itself is, if it is written to directly and was not assigned to.
func (c *collector) itself(base ast.Expr, direct bool) int {
	if !direct || base == nil {
		return noneItself
	}
	if v := c.b.pointerVar(base); v != nil && c.vars[v] == nil {
		for i, p := range c.b.params {
			if p >= 0 && c.b.g.objs[p].v == v {
				return i
			}
		}
	}
	return noneItself
}

// pointerVar is the variable that has a pointer itself: p, or p of &p.f, which lies in what p
// points to.  (rootVar follows pointers on the way.)
func (b *body) pointerVar(e ast.Expr) *types.Var {
	switch e := ast.Unparen(e).(type) {
	case *ast.Ident:
		v, _ := b.u.info.ObjectOf(e).(*types.Var)
		return v
	case *ast.UnaryExpr:
		if e.Op == token.AND {
			// &p.f of a pointer p lies in what p points to.
			if sel, ok := ast.Unparen(e.X).(*ast.SelectorExpr); ok {
				return b.pointerVar(sel.X)
			}
		}
	}
	return nil
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
