package main

import (
	"go/ast"
	"go/types"
	"slices"
)

// What is stored in a database converts itself by methods that packages database/sql/driver and database/sql document.  Many do that by
// reflection and by what a value of any type may have, which comes to code that nothing is known of.

// converting are these methods, by name and signature, with what their documentation says: Value gives the value or a part of it, and
// Scan copies what it is given.
var converting = map[string]string{
	".Value()(database/sql/driver.Value,error)": "p0>r0 a:" + stringerContract + "@ x:0@ effects",
	".Scan(any)(error)":                         "a:" + stringerContract + "@ d:0@ x:0@ x:1@ effects",
}

// conversions are, by name, what importers of the package are told of such methods whose bodies come to code that nothing is known of:
// what their documentation says, in the place of that.
func (s *summaries) conversions() map[string]string {
	if !s.u.stores() {
		return nil
	}
	told := make(map[string]string)
	for _, d := range s.u.functions() {
		sum := s.own[d.name]
		if d.decl.Recv == nil || sum == nil || sum.effects == nil || sum.effects.does&anything == 0 {
			continue
		}
		if text, ok := converting["."+d.fn.Name()+signature(d.fn)]; ok {
			told[d.name] = text
		}
	}
	return told
}

// stores reports whether the package knows of databases: it imports one of the two packages.
func (u *unit) stores() bool {
	return slices.ContainsFunc(u.pkg.Imports(), func(p *types.Package) bool {
		return p.Path() == "database/sql" || p.Path() == "database/sql/driver"
	})
}

// onConversions notes what is taken on trust where a database is given, or gives, what converts itself as it is documented.
func (v *verdict) onConversions() {
	for _, stmt := range v.list {
		ast.Inspect(stmt, func(n ast.Node) bool {
			if call, ok := n.(*ast.CallExpr); ok && v.invokes[call] != nil && v.invokes[call].converts {
				v.assumes[stringerContract] = true
			}
			return true
		})
	}
}
