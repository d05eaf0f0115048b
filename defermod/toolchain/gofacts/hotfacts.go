package main

import (
	"go/ast"
	"go/types"
	"sort"
)

// A functionReport says of one function with a defer what explicit calls rest on.
type functionReport struct {
	Span [2]int `json:"span"`
	// Risks are the operations that may panic, in source order; those of literals
	// in the function are not among them.
	Risks []riskReport `json:"risks"`
	// Meant says why panics are part of how the code works here, if they are:
	// "panic" (it panics itself), "handler" (net/http recovers it), or "caught".
	Meant   string          `json:"meant,omitempty"`
	By      string          `json:"by,omitempty"` // the function that recovers
	Defers  []lastingReport `json:"defers"`
	Staying [][2]int        `json:"staying"` // results that deferred calls can't change
	// Exposed are the declarations of variables that others may change; addressed
	// those whose address is taken.
	Exposed   [][2]int `json:"exposed"`
	Addressed [][2]int `json:"addressed"`
	// Framed are the calls that may look at the frames of the stack.
	Framed [][2]int `json:"framed"`
}

type riskReport struct {
	Span [2]int `json:"span"`
	Why  string `json:"why"`
}

// A lastingReport is about one defer: what of it stays the same up to the exits.
type lastingReport struct {
	Span  [2]int `json:"span"`
	Quiet bool   `json:"quiet,omitempty"` // the call itself can't panic
	// Lasting are the function (with its receiver) and the arguments that, evaluated
	// at the exits, are what they were at the defer.
	Lasting [][2]int `json:"lasting"`
}

// hot describes the functions of a declaration that have defers.
func (d *describer) hot(decl ast.Decl) {
	s := d.unit.scopeOf(decl)
	for _, fn := range s.functions {
		var typ *ast.FuncType
		var body *ast.BlockStmt
		var recv *ast.FieldList
		switch fn := fn.(type) {
		case *ast.FuncDecl:
			typ, body, recv = fn.Type, fn.Body, fn.Recv
		case *ast.FuncLit:
			typ, body = fn.Type, fn.Body
		}
		if body == nil {
			continue
		}
		var defers []*ast.DeferStmt
		var returns []*ast.ReturnStmt
		panics := false
		framed := [][2]int{}
		ast.Inspect(body, func(n ast.Node) bool {
			switch n := n.(type) {
			case *ast.FuncLit:
				return false
			case *ast.DeferStmt:
				defers = append(defers, n)
			case *ast.ReturnStmt:
				returns = append(returns, n)
			case *ast.CallExpr:
				panics = panics || d.builtin(n) == "panic"
			}
			return true
		})
		if len(defers) == 0 {
			continue
		}
		ast.Inspect(body, func(n ast.Node) bool {
			switch n := n.(type) {
			case *ast.DeferStmt:
				if d.reportsFrames(n.Call) { // which a recovered panic may be reported with
					framed = append(framed, d.span(n.Call))
				}
			case *ast.CallExpr:
				if d.framed(n) {
					framed = append(framed, d.span(n))
				}
			}
			return true
		})
		r := functionReport{Span: d.span(fn), Risks: []riskReport{}, Defers: []lastingReport{}, Staying: [][2]int{}, Exposed: [][2]int{}, Addressed: [][2]int{}, Framed: framed}
		w := newWalker(s, d.sums, fn)
		w.run(typ, recv, body)
		for _, c := range w.culprits {
			r.Risks = append(r.Risks, riskReport{d.span(c.node), c.why})
		}
		sort.SliceStable(r.Risks, func(i, j int) bool { return r.Risks[i].Span[0] < r.Risks[j].Span[0] })
		r.Meant, r.By = d.meant(fn, panics)
		for _, stmt := range defers {
			r.Defers = append(r.Defers, d.deferred(s, fn, typ, body, stmt, w.deferred[stmt]))
		}
		for _, ret := range returns {
			for _, e := range ret.Results {
				if s.stays(e, fn) {
					r.Staying = append(r.Staying, d.span(e))
				}
			}
		}
		for v, use := range s.vars {
			if use.def == nil {
				continue
			}
			if s.exposed(v, fn) {
				r.Exposed = append(r.Exposed, d.span(use.def))
			}
			if use.addressed {
				r.Addressed = append(r.Addressed, d.span(use.def))
			}
		}
		sort.Slice(r.Exposed, func(i, j int) bool { return r.Exposed[i][0] < r.Exposed[j][0] })
		sort.Slice(r.Addressed, func(i, j int) bool { return r.Addressed[i][0] < r.Addressed[j][0] })
		d.file.Functions = append(d.file.Functions, r)
	}
}

// reportsFrames reports whether a call of a function that is in sight looks at the stack,
// whatever it does with what it sees.
func (d *describer) reportsFrames(call *ast.CallExpr) bool {
	fn := d.static(d.callee(call))
	if fn == nil || fn.Pkg() != nil && fn.Pkg().Path() == "testing" {
		return false
	}
	e := d.sums.effectsOf(fn)
	return e != nil && e.does&onStack != 0
}

// framed reports whether a call may look at the frames of the stack: of a function value
// it is not known, so one that gives a string is taken to.
func (d *describer) framed(call *ast.CallExpr) bool {
	if fn := d.static(d.callee(call)); fn != nil {
		if isInterfaceMethod(fn) && d.sums.namesakeDoes(fn, onStack) || fn.Pkg() != nil && fn.Pkg().Path() == "log/slog" {
			return true
		}
		e := d.sums.effectsOf(fn)
		keeps := e != nil && e.does&onStack != 0 && (d.sums.own[funcName(fn)] != nil || fn.Type().(*types.Signature).Results().Len() > 0)
		return d.sums.seesFrames(fn, false, frames|asksNames) || d.sums.contractOf(fn) == nil && keeps
	}
	if _, lit := ast.Unparen(call.Fun).(*ast.FuncLit); lit || d.builtin(call) != "" || d.info.Types[call.Fun].IsType() {
		return false
	}
	results := resultTypes(d.info.TypeOf(call))
	return len(results) == 1 && isString(results[0])
}

func (d *describer) deferred(s *scope, fn ast.Node, typ *ast.FuncType, body *ast.BlockStmt, stmt *ast.DeferStmt, quiet bool) lastingReport {
	r := lastingReport{Span: d.span(stmt), Quiet: quiet, Lasting: [][2]int{}}
	l := newLasting(s, d.sums, fn, typ, body, stmt)
	if l.function(stmt.Call) {
		r.Lasting = append(r.Lasting, d.span(stmt.Call.Fun))
	}
	for _, arg := range stmt.Call.Args {
		if l.value(arg) {
			r.Lasting = append(r.Lasting, d.span(arg))
		}
	}
	return r
}

// meant says why panics are part of how the code works in a function.
func (d *describer) meant(fn ast.Node, panics bool) (why, by string) {
	if panics {
		return "panic", ""
	}
	var sig *types.Signature
	var node any = fn
	switch fn := fn.(type) {
	case *ast.FuncDecl:
		if o, ok := d.info.Defs[fn.Name].(*types.Func); ok {
			node = o
			sig, _ = o.Type().(*types.Signature)
		}
	case *ast.FuncLit:
		sig, _ = d.info.TypeOf(fn).(*types.Signature)
	}
	if sig != nil && isHandler(sig) {
		return "handler", ""
	}
	if d.caught == nil {
		d.caught = recoverers(d.unit, d.sums)
	}
	if by, ok := d.caught.caught[node]; ok {
		return "caught", by
	}
	return "", ""
}
