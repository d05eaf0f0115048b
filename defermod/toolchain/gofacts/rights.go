package main

import (
	"go/ast"
	"go/constant"
	"go/types"
	"slices"
	"strings"
)

// Locks, modes and whatever else is held: given up earlier, it is missing later.

// unusedResource: what the iteration acquires and does not use may be there for its effect,
// which code after the place may rely on.  A plain file or a response is not.
func (v *verdict) unusedResource() {
	in, x := v.acquisition()
	if in == nil || x == nil {
		return
	}
	c := v.sums.contractOf(in.fn)
	// Who calls a transport itself is interested in how it deals with its connections, and a
	// connection that nothing is done with is there to be open.
	open := in.fn.Name() == "RoundTrip" || hasMethod(x.Type(), "RemoteAddr")
	if c != nil && !open && (c.does&^fileSystem == 0 || in.fn.Pkg().Path() == "net/http" || c.later != nil) {
		return
	}
	if e := v.sums.effectsOf(in.fn); c == nil && !open && e != nil && !e.mayDo(world|acquires|sharedMemory|starts|anything) {
		return
	}
	if c == nil && !open && v.assumes[ownedResult] && hasMethod(x.Type(), "Read", "Write") && v.acquiresNothing(in) {
		return // what is read or written is as plain as a file
	}
	used := false
	for _, stmt := range v.list {
		ast.Inspect(stmt, func(n ast.Node) bool {
			switch n := n.(type) {
			case *ast.DeferStmt:
				return n != v.s
			case *ast.AssignStmt:
				for _, r := range n.Rhs {
					if call, ok := ast.Unparen(r).(*ast.CallExpr); ok && v.invokes[call] == in {
						return false
					}
				}
			case *ast.BinaryExpr:
				if isNil(v.u, n.X) || isNil(v.u, n.Y) {
					return false
				}
			case *ast.Ident:
				if o, ok := v.u.info.ObjectOf(n).(*types.Var); ok && v.results(in)[o] && !isError(o.Type()) {
					used = true
				}
			}
			return !used
		})
	}
	if !used {
		v.doubt(heldForLater, x.Name()+" is not used in the iteration: it may be there for its effect on later code", nodeWitness(v.s), "acquired, but not used")
	}
}

// acquiresNothing reports whether no method in sight that a call may come to takes a right.
func (v *verdict) acquiresNothing(in *invoke) bool {
	list, _ := v.methods(in, true)
	for _, m := range list {
		if m.effects.does&acquires != 0 {
			return false
		}
	}
	for _, full := range v.sums.namesakes(in.fn) {
		if e := v.sums.effectsNamed(full); e != nil && e.does&acquires != 0 {
			return false
		}
	}
	return isInterfaceMethod(in.fn)
}

func isNil(u *unit, e ast.Expr) bool { return u.info.Types[e].IsNil() }

// rights: a lock that is given up earlier leaves later code unprotected.
func (v *verdict) rights() {
	w := v.does.does[releases]
	if w == nil {
		return
	}
	private := true
	outside := v.g.reach(v.outside())
	v.ended().each(func(i int) {
		if outside.has(i) {
			private = false
		}
	})
	if private && len(v.ended()) > 0 {
		return
	}
	if v.heldOnly() {
		// Nothing in the iteration needs the right: it is there for what follows.
		v.hazards = slices.DeleteFunc(v.hazards, func(h hazard) bool { return h.Code == heldForLater })
		v.forbid(heldForLater, v.subject()+" gives up a right that nothing in the iteration needs, but later code", w, "given up here")
		return
	}
	v.doubt(heldForLater, v.subject()+" gives up a right that later code may rely on", w, "given up here")
}

// heldOnly reports whether the iteration takes a right in the statement before the defer,
// and ends with the defer.
func (v *verdict) heldOnly() bool {
	n := len(v.home)
	if n < 2 || v.home[n-1] != ast.Stmt(v.s) {
		return false
	}
	c := newCollector(v.body, v.sums)
	c.walk(v.home[n-2])
	c.settle()
	return c.does[acquires] != nil
}

// undone: what a call on the resource has put into force ends with it.
func (v *verdict) undone() {
	ended := v.ended()
	names := v.g.descriptors(ended)
	if v.endsByName() {
		names.union(v.names(ended).without(v.fromOutside()))
	}
	for _, stmt := range v.list {
		ast.Inspect(stmt, func(n ast.Node) bool {
			if n == v.s {
				return false
			}
			call, ok := n.(*ast.CallExpr)
			if !ok {
				return true
			}
			in := v.invokes[call]
			var args []node
			var made []obj
			if value := v.dynamics[call]; value != nil {
				args, made = value.args, value.made
			} else if in != nil {
				args, made = in.args, in.made
			}
			on := false
			for _, arg := range args {
				on = on || intersects(v.g.reach(v.g.pts[arg]), ended) || intersects(v.g.pts[arg], names)
			}
			for _, o := range made {
				on = on || o > lent && ended.has(int(o)) // taken by what makes it
			}
			if !on {
				return true
			}
			c := newCollector(v.body, v.sums)
			c.call(call)
			c.settle()
			if w := c.does[acquires]; w != nil && !intersects(ended, v.lockObjects(in)) && !v.onlySelects(call) {
				v.doubt(heldForLater, types.ExprString(call.Fun)+" takes a right that the release gives up", w, "taken here")
			}
			return true
		})
	}
}

// onlySelects reports whether a call runs a constant SQL query that puts nothing into
// force on its connection.
func (v *verdict) onlySelects(call *ast.CallExpr) bool {
	for _, arg := range call.Args {
		if value := v.u.info.Types[arg].Value; value != nil && value.Kind() == constant.String {
			query := strings.ToLower(strings.TrimSpace(constant.StringVal(value)))
			return strings.HasPrefix(query, "select ") && !strings.Contains(query, "lock") && !strings.Contains(query, "set_config") && !strings.Contains(query, "for update")
		}
	}
	return false
}

func (v *verdict) lockObjects(in *invoke) bitset {
	if in == nil || len(in.args) == 0 {
		return nil
	}
	if c := v.sums.contractOf(in.fn); c != nil && c.writes[0] == touchesItself {
		return v.g.pts[in.args[0]]
	}
	return nil
}
