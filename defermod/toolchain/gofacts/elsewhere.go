package main

import (
	"go/ast"
	"go/types"
)

// toldElsewhere: whoever is told the name of a file that the deferred call removes may look
// for it until the function ends, though the function itself does nothing more with files.
func (v *verdict) toldElsewhere() {
	if v.does.does[fileSystem] == nil && v.does.does[scratch] == nil {
		return
	}
	names := v.names(v.ended()).without(v.fromOutside())
	if names.empty() {
		return
	}
	outside := v.g.reach(v.outside())
	for _, stmt := range v.list {
		ast.Inspect(stmt, func(n ast.Node) bool {
			if n == ast.Node(v.s) {
				return false
			}
			call, ok := n.(*ast.CallExpr)
			if ok && v.tells(call, names, outside) {
				v.doubt(escapesIteration, "others are told what "+v.subject()+" removes, and may look for it until the function ends", nodeWitness(call), "told here")
			}
			return true
		})
	}
}

// tells reports whether a call passes one of some names on: over the network, or to
// something outside that it writes to, as one writes to a file, a connection, a pipe.
func (v *verdict) tells(call *ast.CallExpr, names, outside bitset) bool {
	in := v.invokes[call]
	if in == nil {
		return false
	}
	operands := v.u.operandExprs(call)
	given := false
	for i := range operands {
		if i < len(in.args) {
			given = given || intersects(v.g.textual(v.g.reach(v.g.pts[in.args[i]])), names)
		}
	}
	if !given {
		return false
	}
	c := newCollector(v.body, v.sums)
	c.invoke(call, in, operands)
	if c.does[output] != nil {
		return false // for people
	}
	if c.does[network] != nil && c.does[process] == nil { // who starts a child waits for it, or it is told of elsewhere
		return true
	}
	e := v.sums.effectsOf(in.fn)
	for i, arg := range operands {
		if i >= len(in.args) || v.writesWorld(arg) || v.isStream(arg) || !intersects(v.g.pts[in.args[i]], outside) {
			continue
		}
		writer := isWriter(v.typeOf(arg)) || e != nil && (e.methods[i]["Write"] || e.methods[i]["WriteString"])
		for _, w := range c.writes {
			if writer && intersects(w.objs, v.g.pts[in.args[i]]) {
				return true
			}
		}
	}
	return false
}

// isWriter reports whether values of a type may be files, connections or pipes.
func isWriter(t types.Type) bool {
	return isFile(t) || types.IsInterface(t) && hasMethod(t, "Write")
}

// isStream reports whether an expression is os.Stdout or os.Stderr, which people read.
func (v *verdict) isStream(e ast.Expr) bool {
	sel, ok := ast.Unparen(e).(*ast.SelectorExpr)
	if !ok {
		return false
	}
	o := v.u.info.Uses[sel.Sel]
	return o != nil && o.Pkg() != nil && o.Pkg().Path() == "os" && (o.Name() == "Stdout" || o.Name() == "Stderr")
}
