package main

import (
	"go/ast"
	"go/constant"
	"go/token"
)

// What a condition says of the places in it, where it holds and where it does not.

// bounds reports whether a condition says, among other things, that p is less than something.
func bounds(s *scope, cond ast.Expr, p *spot) bool {
	b, ok := ast.Unparen(orNil(cond)).(*ast.BinaryExpr)
	if !ok {
		return false
	}
	if b.Op == token.LAND {
		return bounds(s, b.X, p) || bounds(s, b.Y, p)
	}
	q := s.placeOf(b.X)
	return b.Op == token.LSS && q != nil && q.root == p.root && q.key == p.key
}

// cond evaluates a condition; it returns what is known where it holds, and where it does not.
func (w *walker) cond(e ast.Expr) (yes, no *knowledge) {
	switch x := ast.Unparen(e).(type) {
	case *ast.UnaryExpr:
		if x.Op == token.NOT {
			yes, no := w.cond(x.X)
			return no, yes
		}
	case *ast.BinaryExpr:
		switch x.Op {
		case token.LAND:
			yes, no := w.cond(x.X)
			w.now = yes
			both, second := w.cond(x.Y)
			return both, join(no, second)
		case token.LOR:
			yes, no := w.cond(x.X)
			w.now = no
			second, neither := w.cond(x.Y)
			return join(yes, second), neither
		}
		w.expr(x)
		switch x.Op {
		case token.EQL:
			return w.compared(x.X, x.Y)
		case token.NEQ:
			yes, no := w.compared(x.X, x.Y)
			return no, yes
		case token.LSS, token.LEQ, token.GTR, token.GEQ:
			yes, no = w.now.clone(), w.now
			w.less(x.Op, x.X, x.Y, yes)
			w.less(negated[x.Op], x.X, x.Y, no)
			return yes, no
		}
		return w.now.clone(), w.now
	}
	w.expr(e)
	return w.now.clone(), w.now
}

var negated = map[token.Token]token.Token{
	token.LSS: token.GEQ, token.GEQ: token.LSS, token.GTR: token.LEQ, token.LEQ: token.GTR,
}

var turned = map[token.Token]token.Token{
	token.LSS: token.GTR, token.GTR: token.LSS, token.LEQ: token.GEQ, token.GEQ: token.LEQ,
}

// compared is what x == y says, where it holds and where not.
func (w *walker) compared(x, y ast.Expr) (yes, no *knowledge) {
	yes, no = w.now.clone(), w.now.clone()
	if w.isNil(x) {
		x, y = y, x
	}
	if w.isNil(y) {
		no.add(fact{kind: nonNil, p: w.s.placeOf(x)})
		return yes, no
	}
	for _, pair := range [2][2]ast.Expr{{x, y}, {y, x}} {
		a, b := pair[0], pair[1]
		v := w.constant(b)
		if v < 0 {
			if q := w.lengthOf(b, w.now); q != nil && isSized(q.typ()) {
				yes.add(fact{kind: isLen, p: w.s.placeOf(a), q: q})
			}
			continue
		}
		if p := w.lengthOf(a, w.now); p != nil {
			if v == 0 {
				no.add(fact{kind: minLen, p: p, k: 1})
			} else {
				yes.add(fact{kind: minLen, p: p, k: v})
			}
		}
		p := w.s.placeOf(a)
		if p == nil || !isInteger(p.typ()) {
			continue
		}
		yes.add(fact{kind: nonNeg, p: p})
		if v == 0 {
			no.add(fact{kind: nonZero, p: p})
		} else {
			yes.add(fact{kind: nonZero, p: p})
		}
	}
	// s == "" and s != "" of strings
	if tv := w.s.info.Types[y]; tv.Value != nil && tv.Value.Kind() == constant.String {
		p := w.s.placeOf(x)
		if n := int64(len(constant.StringVal(tv.Value))); n == 0 {
			no.add(fact{kind: minLen, p: p, k: 1})
		} else {
			yes.add(fact{kind: minLen, p: p, k: n})
		}
	}
	return yes, no
}

// less adds what x < y and its kin say.
func (w *walker) less(op token.Token, x, y ast.Expr, k *knowledge) {
	w.lessThan(op, x, y, k)
	w.lessThan(turned[op], y, x, k)
}

func (w *walker) lessThan(op token.Token, x, y ast.Expr, k *knowledge) {
	v := w.constant(y)
	isZero := w.s.info.Types[y].Value != nil && v == 0
	if p := w.lengthOf(x, k); p != nil && v >= 0 {
		switch op {
		case token.GTR:
			k.add(fact{kind: minLen, p: p, k: v + 1})
		case token.GEQ:
			k.add(fact{kind: minLen, p: p, k: v})
		}
	}
	p := w.s.placeOf(x)
	if p == nil || !isInteger(p.typ()) {
		return
	}
	if v >= 0 {
		switch {
		case op == token.GTR || op == token.GEQ && !isZero:
			k.add(fact{kind: nonZero, p: p})
			k.add(fact{kind: nonNeg, p: p})
		case op == token.GEQ:
			k.add(fact{kind: nonNeg, p: p})
		}
	}
	if op == token.LSS && w.notNegative(x, k) {
		if s := w.lengthOf(y, k); s != nil && isSized(s.typ()) {
			k.add(fact{kind: inRange, p: p, q: s})
		}
	}
}
