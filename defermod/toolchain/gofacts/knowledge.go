package main

import (
	"go/ast"
	"go/types"
)

// A fact is something that is known about places at one point of a function.
type fact struct {
	kind factKind
	p, q *spot
	k    int64
	// need are the parameters, as bits, that have to be no nil pointers for it.
	need uint64
}

type factKind uint8

const (
	nonNil  factKind = iota // p is not nil
	nonZero                 // p is a number other than 0
	nonNeg                  // p is a number that is not below 0
	minLen                  // len(p) is at least k
	inRange                 // 0 <= p < len(q)
	isLen                   // p is len(q)
	within                  // 0 <= p <= -k; negated, so that joining two keeps the one that says less
)

// knowledge is all that is known at one point.  Nil is the knowledge about a
// point that is not reached.
type knowledge struct{ facts []fact }

func (k *knowledge) clone() *knowledge {
	if k == nil {
		return nil
	}
	return &knowledge{append([]fact(nil), k.facts...)}
}

func (k *knowledge) find(kind factKind, p, q *spot) *fact {
	if k == nil || p == nil {
		return nil
	}
	for i := range k.facts {
		f := &k.facts[i]
		if f.kind == kind && f.p.key == p.key && f.p.root == p.root && (q == nil && f.q == nil || q != nil && f.q != nil && f.q.root == q.root && f.q.key == q.key) {
			return f
		}
	}
	return nil
}

func (k *knowledge) add(f fact) {
	if k == nil || f.p == nil || (f.kind == inRange || f.kind == isLen) && f.q == nil {
		return
	}
	if old := k.find(f.kind, f.p, f.q); old != nil {
		switch {
		case f.kind == minLen && f.k > old.k:
			*old = f
		case f.kind != minLen && f.need == 0:
			*old = f
		}
		return
	}
	k.facts = append(k.facts, f)
}

func (k *knowledge) remove(gone func(*fact) bool) {
	if k == nil {
		return
	}
	kept := k.facts[:0]
	for i := range k.facts {
		if !gone(&k.facts[i]) {
			kept = append(kept, k.facts[i])
		}
	}
	k.facts = kept
}

// join is what is known where two ways meet.
func join(a, b *knowledge) *knowledge {
	if a == nil {
		return b.clone()
	}
	if b == nil {
		return a.clone()
	}
	both := &knowledge{}
	for i := range a.facts {
		f := a.facts[i]
		other := b.find(f.kind, f.p, f.q)
		if other == nil {
			continue
		}
		f.need |= other.need
		if other.k < f.k {
			f.k = other.k
		}
		both.facts = append(both.facts, f)
	}
	return both
}

// forget takes out what a write may end.
func (w *walker) forget(k *knowledge, wr *change) {
	if wr == nil {
		return
	}
	k.remove(func(f *fact) bool {
		if w.s.changes(wr, f.p, w.fn, false) || f.q != nil && w.s.changes(wr, f.q, w.fn, false) {
			return true
		}
		return false
	})
}

// forgetShared takes out all that unknown code, or other goroutines, may change.
func (w *walker) forgetShared(k *knowledge) {
	w.impure = true
	w.forget(k, &change{whole: true})
	w.forgetMaps(k)
}

// forgetMaps: what is in a map can be taken out by whoever has it.
func (w *walker) forgetMaps(k *knowledge) {
	k.remove(func(f *fact) bool {
		if f.kind != minLen {
			return false
		}
		_, isMap := coreType(f.p.typ()).(*types.Map)
		return isMap
	})
}

// havoc takes out what a piece of code may change, however often it is run.
func (w *walker) havoc(k *knowledge, nodes ...ast.Node) {
	for _, n := range nodes {
		if isNilNode(n) {
			continue
		}
		ast.Inspect(n, func(n ast.Node) bool {
			switch n := n.(type) {
			case *ast.FuncLit:
				return false
			case *ast.CallExpr:
				switch w.effect(n) {
				case unknownEffect:
					w.forgetShared(k)
				case stores:
					w.storesOf(k, n)
				}
			case *ast.UnaryExpr:
				if n.Op.String() == "<-" {
					w.forgetShared(k)
				}
			case *ast.SendStmt, *ast.SelectStmt:
				w.forgetShared(k)
			case *ast.RangeStmt:
				switch rangeKind(w.s.info.TypeOf(n.X)) {
				case "channel", "function", "unknown":
					w.forgetShared(k)
				}
			}
			if n != nil {
				eachStore(n, func(e ast.Expr) { w.forget(k, w.s.written(e, w.fn)) })
			}
			return true
		})
	}
}

func isNilNode(n ast.Node) bool {
	switch n := n.(type) {
	case nil:
		return true
	case *ast.BlockStmt:
		return n == nil
	case ast.Expr:
		return n == nil
	}
	return false
}

type callEffect uint8

const (
	noEffect callEffect = iota
	stores              // a builtin that writes to what it is given
	unknownEffect
)

// effect is what a call may do to what is known.
func (w *walker) effect(call *ast.CallExpr) callEffect {
	if w.s.info.Types[call.Fun].IsType() {
		return noEffect
	}
	if name := w.s.u.builtin(call); name != "" {
		switch name {
		case "append", "copy", "clear", "delete":
			return stores
		case "close", "panic", "recover", "print", "println":
			return unknownEffect
		}
		return noEffect
	}
	fn := w.s.u.static(w.s.u.callee(call))
	if fn == nil || isInterfaceMethod(fn) {
		return unknownEffect
	}
	if c := w.calm(fn); c.pure || w.printsPlainly(fn, call) {
		return noEffect
	}
	return unknownEffect
}

// storesOf forgets what a builtin writes to.
func (w *walker) storesOf(k *knowledge, call *ast.CallExpr) {
	w.impure = true
	switch name := w.s.u.builtin(call); name {
	case "delete":
		w.forgetMaps(k)
		return
	case "clear":
		w.forgetMaps(k)
	}
	if s, ok := coreType(w.s.info.TypeOf(call.Args[0])).(*types.Slice); ok {
		w.forget(k, &change{typ: s.Elem(), shared: true})
	} else if _, ok := coreType(w.s.info.TypeOf(call.Args[0])).(*types.Map); !ok {
		w.forgetShared(k)
	}
}
