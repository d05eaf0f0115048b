package main

import (
	"go/ast"
	"go/types"
)

// A variable that gets several values one after the other, as err does, is as many variables as there are webs: values
// that may be read at the same place belong to one.  What one of them has the others don't, though the graph knows no
// order.  That is known of variables whose every use is in sight of the function's control flow: no literal mentions
// them but those that the function calls when it is over, and nobody has their address.  What such a literal reads may be
// any of the values; what it assigns none of the function's own statements sees any more.

// webs are those of the variables of a declaration, and of the literals in it.
type webs struct {
	of    map[*ast.Ident]*web // by mention of a variable with several
	first map[*types.Var]*web // what a parameter or a named result has at the beginning
	all   map[*types.Var][]*web
	owner map[*types.Var]ast.Node // the function that has the variable
	alone map[*types.Var]bool     // the variables that no literal mentions, and whose address nobody has
	flows map[ast.Node]*webFlow   // by function, if it is judged
}

// A web is some of the values of a variable.
type web struct {
	node node // in the graph, 0 until it is asked for
}

// maxWebWork is how many values of variables at how many nodes of the control flow are looked at.
const maxWebWork = 1 << 22

// newWebs finds those of a function declaration.
func newWebs(u *unit, decl *ast.FuncDecl, judged bool) *webs {
	w := &webs{
		of: make(map[*ast.Ident]*web), first: make(map[*types.Var]*web), all: make(map[*types.Var][]*web),
		owner: make(map[*types.Var]ast.Node), alone: make(map[*types.Var]bool), flows: make(map[ast.Node]*webFlow),
	}
	if decl.Body == nil {
		return w
	}
	s := u.scopeOf(decl)
	split := make(map[ast.Node]map[*types.Var]bool) // by function, its variables that get several values
	for v, use := range s.vars {
		if use.owner == nil || use.kept || use.addressed {
			continue
		}
		w.alone[v] = !use.captured
		if use.def != nil && (use.reassigned || use.captured) && splits(v.Type()) { // by a literal or a return, too
			if split[use.owner] == nil {
				split[use.owner] = make(map[*types.Var]bool)
			}
			split[use.owner][v] = true
		}
	}
	for _, fn := range s.functions {
		if split[fn] != nil {
			w.find(u, fn, split[fn])
		}
		if !judged {
			delete(w.flows, fn)
		}
	}
	return w
}

// splits reports whether a variable of type t is assigned to as a whole only.
func splits(t types.Type) bool {
	switch coreType(t).(type) {
	case nil, *types.Struct, *types.Array:
		return false
	}
	return true
}

// readAtEnd reports whether the named results of a function are what it gives though no return says so: by one without
// values, or by a panic that a deferred call stops.
func readAtEnd(body *ast.BlockStmt) bool {
	found := false
	if body == nil {
		return found
	}
	ast.Inspect(body, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.FuncLit:
			return false
		case *ast.DeferStmt:
			found = true
		case *ast.ReturnStmt:
			found = found || len(n.Results) == 0
		}
		return !found
	})
	return found
}

// A value is one that a variable gets: by a mention of it, or at the beginning.
type value struct {
	v  *types.Var
	at *ast.Ident // nil at the beginning
}

// find splits the variables of one function.
func (w *webs) find(u *unit, fn ast.Node, split map[*types.Var]bool) {
	own := func(id *ast.Ident) *types.Var {
		if v, ok := u.info.ObjectOf(id).(*types.Var); ok && split[v] {
			return v
		}
		return nil
	}
	flow := newCFG(bodyOf(fn))
	f := &webFlow{flow: flow, of: make(map[*types.Var]*bitset), by: make(map[*ast.Ident]int)}
	for _, v := range parametersOf(fn) {
		if own(v) != nil {
			f.add(value{own(v), nil})
		}
	}
	begin := len(f.values)
	gets := make([]bitset, len(flow.nodes)) // the values that each node gives
	for i, n := range flow.nodes {
		for _, l := range n.writes {
			if id, ok := ast.Unparen(l).(*ast.Ident); ok {
				if v := own(id); v != nil {
					gets[i].add(f.add(value{v, id}))
				}
			}
		}
	}
	if len(f.values)*len(flow.nodes) > maxWebWork {
		return
	}
	f.solve(begin, gets)
	w.flows[fn] = f
	f.join = make([]int, len(f.values))
	for i := range f.join {
		f.join[i] = i
	}
	reads := make(map[*ast.Ident]int) // by mention, one of the values that it may read
	for i, n := range flow.nodes {
		n.eachMention(func(id *ast.Ident) {
			v := own(id)
			if v == nil || f.of[v] == nil { // given no value that is in sight
				return
			}
			here := f.in[i].and(*f.of[v])
			if here.empty() {
				here.union(*f.of[v]) // control does not come here
			}
			if n.declares {
				here.union(gets[i].and(*f.of[v])) // of an earlier line of the same declaration
			}
			one := -1
			here.each(func(k int) {
				if one < 0 {
					one = k
				}
				f.merge(one, k)
			})
			if k, ok := f.by[id]; ok {
				f.merge(one, k) // x += 1 reads what it writes
			}
			reads[id] = one
		})
	}
	made := make(map[int]*web)
	f.web = func(k int) *web { return made[f.root(k)] }
	webOf := func(k int) *web {
		root := f.root(k)
		if made[root] == nil {
			made[root] = &web{}
			v := f.values[root].v
			w.all[v], w.owner[v] = append(w.all[v], made[root]), fn
		}
		return made[root]
	}
	for k, value := range f.values {
		if one := webOf(k); value.at == nil {
			w.first[value.v] = one
		} else {
			w.of[value.at] = one
		}
	}
	for id, k := range reads {
		w.of[id] = webOf(k)
	}
}

// parametersOf are the names of a function's receiver, parameters and results.
func parametersOf(fn ast.Node) (list []*ast.Ident) {
	var fields []*ast.FieldList
	switch fn := fn.(type) {
	case *ast.FuncDecl:
		fields = []*ast.FieldList{fn.Recv, fn.Type.Params, fn.Type.Results}
	case *ast.FuncLit:
		fields = []*ast.FieldList{fn.Type.Params, fn.Type.Results}
	}
	for _, fl := range fields {
		if fl == nil {
			continue
		}
		for _, field := range fl.List {
			list = append(list, field.Names...)
		}
	}
	return list
}

// eachMention visits the mentions of variables in what a node evaluates, those in literals apart.
func (n cfgNode) eachMention(visit func(*ast.Ident)) {
	look := func(root ast.Node) {
		ast.Inspect(root, func(n ast.Node) bool {
			switch n := n.(type) {
			case *ast.FuncLit:
				return false
			case *ast.Ident:
				visit(n)
			}
			return true
		})
	}
	for _, r := range n.reads {
		look(r)
	}
	for _, l := range n.writes {
		if _, ok := ast.Unparen(l).(*ast.Ident); !ok {
			look(l)
		}
	}
}

// webFlow finds which values of variables come to which nodes of a function's control flow.
type webFlow struct {
	web    func(int) *web // by value
	flow   *cfg
	values []value
	of     map[*types.Var]*bitset // by variable, its values
	by     map[*ast.Ident]int     // by mention, the value that is given there
	in     []bitset               // by node
	join   []int                  // values that are one web
}

func (f *webFlow) add(x value) int {
	k := len(f.values)
	f.values = append(f.values, x)
	if f.of[x.v] == nil {
		f.of[x.v] = new(bitset)
	}
	f.of[x.v].add(k)
	if x.at != nil {
		f.by[x.at] = k
	}
	return k
}

// solve finds what comes to each node; begin is the number of values that there are at the beginning.
func (f *webFlow) solve(begin int, gets []bitset) {
	f.in = make([]bitset, len(f.flow.nodes))
	for k := range begin {
		f.in[f.flow.start].add(k)
	}
	kills := make([]bitset, len(gets))
	for i, got := range gets {
		got.each(func(k int) { kills[i].union(*f.of[f.values[k].v]) })
	}
	todo := f.flow.reachable(f.flow.start)
	for len(todo) > 0 {
		i := todo[len(todo)-1]
		todo = todo[:len(todo)-1]
		out := f.in[i].without(kills[i])
		out.union(gets[i])
		for _, next := range f.flow.nodes[i].succ {
			if f.in[next].union(out) {
				todo = append(todo, next)
			}
		}
	}
}

func (f *webFlow) root(k int) int {
	for f.join[k] != k {
		f.join[k] = f.join[f.join[k]]
		k = f.join[k]
	}
	return k
}

func (f *webFlow) merge(a, b int) {
	if a >= 0 && b >= 0 {
		f.join[f.root(a)] = f.root(b)
	}
}
