package main

import (
	"go/ast"
	"go/token"
	"go/types"
	"slices"
)

// A cfg is the control flow graph of one function body.  Its nodes are simple
// statements and the conditions and headers of compound ones.  Calls that never
// return are not known: there are paths too many, never too few.
type cfg struct {
	nodes []cfgNode
	start int // where control begins
	// after is, for the first statement of every statement list, where control goes
	// from the end of the list.
	after map[ast.Stmt]int
	// afterLoop is where control goes when a loop is left by its condition.
	afterLoop map[ast.Stmt]int
}

type cfgNode struct {
	reads    []ast.Node     // evaluated, in this order
	writes   []ast.Expr     // then assigned
	over     *ast.RangeStmt // the loop whose next element is asked for
	succ     []int
	declares bool // the writes are of a var declaration
	// perhaps is how many of the reads, the last ones, may not be evaluated: those of the
	// cases of a switch.
	perhaps int
	pos     token.Pos // of a statement that evaluates nothing itself
}

// place is where a node stands, NoPos for one where ways only meet.
func (n cfgNode) place() token.Pos {
	switch {
	case n.over != nil:
		return n.over.Pos()
	case len(n.reads) > 0:
		return n.reads[0].Pos()
	case len(n.writes) > 0:
		return n.writes[0].Pos()
	}
	return n.pos
}

type cfgBuilder struct {
	*cfg
	labels  map[string]int
	targets []jumpTarget
}

type jumpTarget struct {
	label     string
	brk, cont int
	loop      bool
	falls     int
}

// newCFG builds the graph of a function body; node 0 is its end.
func newCFG(body *ast.BlockStmt) *cfg {
	b := &cfgBuilder{
		cfg:    &cfg{after: make(map[ast.Stmt]int), afterLoop: make(map[ast.Stmt]int)},
		labels: make(map[string]int),
	}
	exit := b.node(cfgNode{})
	ast.Inspect(body, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.FuncLit:
			return false
		case *ast.LabeledStmt:
			b.labels[n.Label.Name] = b.node(cfgNode{pos: n.Pos()})
		}
		return true
	})
	b.start = b.list(body.List, exit)
	return b.cfg
}

func (b *cfgBuilder) node(n cfgNode) int {
	b.nodes = append(b.nodes, n)
	return len(b.nodes) - 1
}

func (b *cfgBuilder) list(list []ast.Stmt, next int) int {
	if len(list) > 0 {
		b.after[list[0]] = next
	}
	for i := len(list) - 1; i >= 0; i-- {
		next = b.stmt(list[i], next, "")
	}
	return next
}

func (b *cfgBuilder) simple(next int, reads ...ast.Node) int {
	return b.node(cfgNode{reads: reads, succ: []int{next}})
}

func (b *cfgBuilder) init(s ast.Stmt, next int) int {
	if s == nil {
		return next
	}
	return b.stmt(s, next, "")
}

func (b *cfgBuilder) stmt(s ast.Stmt, next int, label string) int {
	switch s := s.(type) {
	case *ast.AssignStmt:
		n := cfgNode{succ: []int{next}}
		for _, r := range s.Rhs {
			n.reads = append(n.reads, r)
		}
		for _, l := range s.Lhs {
			if _, ok := ast.Unparen(l).(*ast.Ident); !ok || s.Tok != token.ASSIGN && s.Tok != token.DEFINE {
				n.reads = append(n.reads, l)
			}
			n.writes = append(n.writes, l)
		}
		return b.node(n)
	case *ast.IncDecStmt:
		return b.node(cfgNode{reads: []ast.Node{s.X}, writes: []ast.Expr{s.X}, succ: []int{next}})
	case *ast.DeclStmt:
		n := cfgNode{declares: true, succ: []int{next}}
		if d, ok := s.Decl.(*ast.GenDecl); ok {
			for _, spec := range d.Specs {
				if v, ok := spec.(*ast.ValueSpec); ok {
					for _, value := range v.Values {
						n.reads = append(n.reads, value)
					}
					for _, name := range v.Names {
						n.writes = append(n.writes, name)
					}
				}
			}
		}
		return b.node(n)
	case *ast.ReturnStmt:
		n := cfgNode{succ: []int{0}}
		for _, r := range s.Results {
			n.reads = append(n.reads, r)
		}
		return b.node(n)
	case *ast.BlockStmt:
		return b.list(s.List, next)
	case *ast.LabeledStmt:
		at := b.labels[s.Label.Name]
		b.nodes[at].succ = []int{b.stmt(s.Stmt, next, s.Label.Name)}
		return at
	case *ast.BranchStmt:
		return b.branch(s)
	case *ast.IfStmt:
		no := next
		if s.Else != nil {
			no = b.stmt(s.Else, next, "")
		}
		yes := b.list(s.Body.List, next)
		return b.init(s.Init, b.node(cfgNode{reads: []ast.Node{s.Cond}, succ: []int{yes, no}}))
	case *ast.ForStmt:
		return b.forStmt(s, next, label)
	case *ast.RangeStmt:
		b.afterLoop[s] = next
		head := b.node(cfgNode{over: s})
		b.targets = append(b.targets, jumpTarget{label: label, brk: next, cont: head, loop: true})
		body := b.list(s.Body.List, head)
		b.targets = b.targets[:len(b.targets)-1]
		var writes []ast.Expr
		for _, e := range []ast.Expr{s.Key, s.Value} {
			if e != nil {
				writes = append(writes, e)
			}
		}
		into := b.node(cfgNode{writes: writes, succ: []int{body}})
		b.nodes[head].succ = []int{into, next}
		return b.simple(head, s.X)
	case *ast.SwitchStmt:
		head := cfgNode{pos: s.Pos()}
		if s.Tag != nil {
			head.reads = append(head.reads, s.Tag)
		}
		return b.init(s.Init, b.clauses(s.Body.List, head, next, label))
	case *ast.TypeSwitchStmt:
		return b.init(s.Init, b.clauses(s.Body.List, cfgNode{reads: []ast.Node{s.Assign}}, next, label))
	case *ast.SelectStmt:
		return b.clauses(s.Body.List, cfgNode{pos: s.Pos()}, next, label)
	case *ast.EmptyStmt:
		return next
	}
	return b.simple(next, s)
}

func (b *cfgBuilder) forStmt(s *ast.ForStmt, next int, label string) int {
	b.afterLoop[s] = next
	head := b.node(cfgNode{pos: s.Pos()})
	again := head
	if s.Post != nil {
		again = b.stmt(s.Post, head, "")
	}
	b.targets = append(b.targets, jumpTarget{label: label, brk: next, cont: again, loop: true})
	body := b.list(s.Body.List, again)
	b.targets = b.targets[:len(b.targets)-1]
	b.nodes[head].succ = []int{body}
	if s.Cond != nil {
		b.nodes[head].reads = []ast.Node{s.Cond}
		b.nodes[head].succ = append(b.nodes[head].succ, next)
	}
	return b.init(s.Init, head)
}

// clauses builds the clauses of a switch or select, last to first, so that
// fallthrough knows where to go.
func (b *cfgBuilder) clauses(list []ast.Stmt, head cfgNode, next int, label string) int {
	following, hasDefault := next, false
	for i := len(list) - 1; i >= 0; i-- {
		b.targets = append(b.targets, jumpTarget{label: label, brk: next, falls: following})
		switch c := list[i].(type) {
		case *ast.CaseClause:
			hasDefault = hasDefault || c.List == nil
			for _, e := range c.List {
				head.reads = append(head.reads, e)
				head.perhaps++
			}
			following = b.list(c.Body, next)
		case *ast.CommClause:
			hasDefault = true // one of the clauses is taken
			following = b.init(c.Comm, b.list(c.Body, next))
		}
		b.targets = b.targets[:len(b.targets)-1]
		head.succ = append(head.succ, following)
	}
	if !hasDefault {
		head.succ = append(head.succ, next)
	}
	return b.node(head)
}

func (b *cfgBuilder) branch(s *ast.BranchStmt) int {
	if s.Tok == token.GOTO {
		return b.labels[s.Label.Name]
	}
	for i := len(b.targets) - 1; i >= 0; i-- {
		t := b.targets[i]
		if s.Label != nil && t.label != s.Label.Name {
			continue
		}
		switch s.Tok {
		case token.BREAK:
			return t.brk
		case token.CONTINUE:
			if t.loop {
				return t.cont
			}
		case token.FALLTHROUGH:
			return t.falls
		}
	}
	return 0
}

// certain reports whether something that a node evaluates in any case is such.
func (n cfgNode) certain(such func(ast.Node) bool) bool {
	found := false
	var look func(root ast.Node)
	look = func(root ast.Node) {
		ast.Inspect(root, func(n ast.Node) bool {
			switch n := n.(type) {
			case nil, *ast.FuncLit, *ast.DeferStmt, *ast.GoStmt, *ast.SelectStmt:
				return false
			case *ast.BinaryExpr:
				if n.Op == token.LAND || n.Op == token.LOR {
					look(n.X) // the right operand may not be evaluated
					return false
				}
			}
			found = found || such(n)
			return !found
		})
	}
	for _, r := range n.reads[:len(n.reads)-n.perhaps] {
		look(r)
	}
	return found
}

// search visits nodes, each once, and goes on with those that visit returns.
func (c *cfg) search(from []int, visit func(i int, n cfgNode) []int) {
	seen := make([]bool, len(c.nodes))
	todo := slices.Clone(from)
	for len(todo) > 0 {
		i := todo[len(todo)-1]
		todo = todo[:len(todo)-1]
		if !seen[i] {
			seen[i] = true
			todo = append(todo, visit(i, c.nodes[i])...)
		}
	}
}

// reachable returns the nodes that control can come to from a node, that included.
func (c *cfg) reachable(from int) []int {
	var order []int
	c.search([]int{from}, func(i int, n cfgNode) []int {
		order = append(order, i)
		return n.succ
	})
	return order
}

// live reports whether a variable may be read from a node on, before it is
// assigned as a whole.
func (c *cfg) live(info *types.Info, v *types.Var, from int) bool {
	read := false
	c.search([]int{from}, func(_ int, n cfgNode) []int {
		for _, r := range n.reads {
			read = read || mayRead(info, r, v)
		}
		killed := false
		for _, w := range n.writes {
			if id, ok := ast.Unparen(w).(*ast.Ident); ok && info.ObjectOf(id) == v {
				killed = true
			} else {
				read = read || mentions(info, w, v)
			}
		}
		if read || killed {
			return nil
		}
		return n.succ
	})
	return read
}

func mentions(info *types.Info, root ast.Node, v *types.Var) bool {
	found := false
	ast.Inspect(root, func(n ast.Node) bool {
		if id, ok := n.(*ast.Ident); ok && info.ObjectOf(id) == v {
			found = true
		}
		return !found
	})
	return found
}
