package main

import (
	"go/ast"
	"go/constant"
	"go/token"
	"go/types"
	"slices"
	"strings"
)

// The constants that an expression may have as its value: those that a variable gets, and those in a table of cases that a loop
// ranges over.  (Constant propagation without an order: all that a variable ever gets counts.)

// constants reads them.  seen are the variables on the way.
type constants struct {
	*body
	seen map[*types.Var]bool
}

// constantsOf are the values that an expression may have, if all are constants; nil if that is not known.  An address of package
// net is the text that it was made of, and the empty one where it is nil or names no port.
func (b *body) constantsOf(e ast.Expr) []constant.Value {
	return (&constants{b, make(map[*types.Var]bool)}).of(e)
}

// noText is the value of a string that nothing was assigned to.
var noText = []constant.Value{constant.MakeString("")}

func (c *constants) of(e ast.Expr) []constant.Value {
	e = ast.Unparen(e)
	if value := c.u.info.Types[e].Value; value != nil {
		return []constant.Value{value}
	}
	if isNil(c.u, e) {
		return noText
	}
	switch e := e.(type) {
	case *ast.Ident:
		if x := c.namedVar(e); x != nil && !c.seen[x] {
			c.seen[x] = true
			list := c.gotten(x)
			delete(c.seen, x)
			return list
		}
	case *ast.SelectorExpr:
		if x := c.namedVar(e.X); x != nil {
			return c.column(x, e)
		}
	case *ast.CallExpr:
		if fn := c.u.static(c.u.callee(e)); fn != nil && fn.Pkg() != nil && fn.Pkg().Path() == "net" && strings.HasPrefix(fn.Name(), "Resolve") && len(e.Args) == 2 {
			return c.of(e.Args[1])
		}
	case *ast.UnaryExpr:
		if lit, ok := ast.Unparen(e.X).(*ast.CompositeLit); ok && e.Op == token.AND && c.namesNoPort(lit) {
			return noText
		}
	}
	return nil
}

// namesNoPort reports whether a literal is an address of package net with port 0.
func (c *constants) namesNoPort(lit *ast.CompositeLit) bool {
	t := c.typeOf(lit)
	if !isNamed(t, "net", "TCPAddr") && !isNamed(t, "net", "UDPAddr") {
		return false
	}
	for _, elem := range lit.Elts {
		pair, ok := elem.(*ast.KeyValueExpr)
		if !ok {
			return false
		}
		if name, ok := pair.Key.(*ast.Ident); !ok || name.Name == "Port" && !c.isZero(pair.Value) {
			return false
		}
	}
	return true
}

func (c *constants) isZero(e ast.Expr) bool {
	value := c.u.info.Types[e].Value
	return value != nil && constant.Sign(constant.ToInt(value)) == 0
}

// gotten are the constants that a variable gets, where it gets nothing else and nobody has its address.
func (c *constants) gotten(x *types.Var) (list []constant.Value) {
	known, declared := true, false
	add := func(values []constant.Value) {
		known = known && len(values) > 0
		list = append(list, values...)
	}
	ast.Inspect(c.decl, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.AssignStmt:
			known = known && (n.Tok == token.ASSIGN || n.Tok == token.DEFINE || c.namedVar(n.Lhs[0]) != x)
		case *ast.IncDecStmt:
			known = known && c.namedVar(n.X) != x
		case *ast.ValueSpec:
			for _, name := range n.Names {
				if len(n.Values) == 0 && c.namedVar(name) == x {
					declared = true
					add(noText) // of a string, or of an address that is nil
				}
			}
		}
		known = known && !c.mayChange(n, x)
		for _, d := range gets(n) {
			if c.namedVar(d.left) != x {
				continue
			}
			declared = declared || d.left.Pos() == x.Pos()
			_, loop := n.(*ast.RangeStmt)
			switch {
			case loop && d.result == 1:
				rows := c.rows(d.value)
				known = known && rows != nil && pointee(x.Type()) == nil // others may have what a row points to
				for _, row := range rows {
					add(c.of(row))
				}
			case loop || d.result != 0:
				known = false
			default:
				add(c.of(d.value))
			}
		}
		return known
	})
	if !known || !declared || pointee(x.Type()) != nil && !c.eachMention(x, c.onlyHanded) {
		return nil
	}
	return list
}

// mayChange reports whether a node gives the address of a variable, or of a part of it: to who asks for it, or to a method.
func (c *constants) mayChange(n ast.Node, x *types.Var) bool {
	if e := c.u.addressed(n); e != nil && c.rootVar(e) == x {
		return true
	}
	sel, ok := n.(*ast.SelectorExpr)
	if !ok || c.rootVar(sel.X) != x {
		return false
	}
	method := c.u.info.Selections[sel]
	return method != nil && method.Kind() == types.MethodVal
}

// onlyHanded reports whether a mention of an address assigns to the variable, compares it, or hands it to package net.
func (c *constants) onlyHanded(id *ast.Ident, around []ast.Node) bool {
	switch n := around[len(around)-1].(type) {
	case *ast.AssignStmt:
		return slices.Contains(n.Lhs, ast.Expr(id))
	case *ast.ValueSpec:
		return slices.Contains(n.Names, id)
	case *ast.BinaryExpr:
		return true
	case *ast.CallExpr:
		fn := c.u.static(c.u.callee(n))
		return fn != nil && fn.Pkg() != nil && fn.Pkg().Path() == "net"
	}
	return false
}

// column are the constants in one field of the table that a variable is the rows of, where nothing else is done with these but to
// read them.
func (c *constants) column(x *types.Var, field *ast.SelectorExpr) (list []constant.Value) {
	sel := c.u.info.Selections[field]
	if sel == nil || sel.Kind() != types.FieldVal || len(sel.Index()) != 1 || pointee(sel.Type()) != nil {
		return nil
	}
	var rows []ast.Expr
	known := true
	ast.Inspect(c.decl, func(n ast.Node) bool {
		known = known && !c.mayChange(n, x)
		loop, _ := n.(*ast.RangeStmt)
		if loop != nil && loop.Value != nil && c.namedVar(loop.Value) == x {
			if loop.Value.Pos() != x.Pos() {
				known = false
			}
			rows = c.rows(loop.X)
		}
		eachStore(n, func(e ast.Expr) {
			known = known && (c.rootVar(e) != x || loop != nil && e == loop.Value)
		})
		return known
	})
	if !known || rows == nil {
		return nil
	}
	for _, row := range rows {
		values := c.fieldOf(row, sel.Index()[0])
		if values == nil {
			return nil
		}
		list = append(list, values...)
	}
	return list
}

// fieldOf are the constants that a field of a struct has, which is written as a literal.
func (c *constants) fieldOf(e ast.Expr, index int) []constant.Value {
	lit, ok := ast.Unparen(e).(*ast.CompositeLit)
	if !ok {
		return nil
	}
	s, ok := coreType(c.typeOf(lit)).(*types.Struct)
	if !ok {
		return nil
	}
	for i, elem := range lit.Elts {
		pair, keyed := elem.(*ast.KeyValueExpr)
		switch {
		case !keyed && i == index:
			return c.of(elem)
		case keyed && pair.Key.(*ast.Ident).Name == s.Field(index).Name():
			return c.of(pair.Value)
		}
	}
	if isString(s.Field(index).Type()) {
		return noText
	}
	return nil
}

// rows are the elements of a table that is written as a literal: where a loop ranges over it, or in a variable that nothing else
// is done with.  nil for others.
func (c *constants) rows(e ast.Expr) []ast.Expr {
	switch e := ast.Unparen(e).(type) {
	case *ast.CompositeLit:
		list := make([]ast.Expr, 0, len(e.Elts))
		for _, elem := range e.Elts {
			if pair, ok := elem.(*ast.KeyValueExpr); ok {
				elem = pair.Value
			}
			list = append(list, elem)
		}
		return list
	case *ast.Ident:
		x := c.namedVar(e)
		if x == nil {
			return nil
		}
		defs := c.definitionsOf(x)
		if len(defs) != 1 || defs[0].left.Pos() != x.Pos() {
			return nil
		}
		lit, ok := ast.Unparen(defs[0].value).(*ast.CompositeLit)
		if !ok || !c.eachMention(x, c.onlyRead) {
			return nil
		}
		return c.rows(lit)
	}
	return nil
}

// onlyRead reports whether a mention of a table declares it, ranges over it or asks for its length.
func (c *constants) onlyRead(id *ast.Ident, around []ast.Node) bool {
	switch n := around[len(around)-1].(type) {
	case *ast.AssignStmt:
		return n.Tok == token.DEFINE && n.Lhs[0] == ast.Expr(id)
	case *ast.ValueSpec:
		return n.Names[0] == id
	case *ast.RangeStmt:
		return ast.Unparen(n.X) == ast.Expr(id)
	case *ast.CallExpr:
		return c.u.builtin(n) == "len"
	}
	return false
}
