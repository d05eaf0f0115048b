package main

import (
	"fmt"
	"go/ast"
	"go/constant"
	"go/types"
	"slices"
	"strings"
)

// What is known by name: files, addresses, processes, rows.

// escapedNames: what ends by name must not be known by name outside.
func (v *verdict) escapedNames(ended, reach bitset) {
	names := v.g.descriptors(ended)
	if v.endsByName() {
		names.union(v.names(ended))
	}
	given := v.fromOutside()
	names.each(func(i int) {
		if given.has(i) {
			return
		}
		if reach.has(i) {
			v.escaped(i, true)
		}
	})
}

// endsByName reports whether the deferred call may change what is known by a name.
func (v *verdict) endsByName() bool {
	return v.byName || v.does.has(world|scratch|anything|sharedMemory) != nil
}

// names are the strings and numbers by which others know what is released.
func (v *verdict) names(ended bitset) bitset {
	set := v.g.text(ended, true, true)
	for _, arg := range v.s.Call.Args {
		if n := v.eval(arg); n != 0 && !v.h.refs(v.typeOf(arg)) {
			set.union(v.g.text(v.g.pts[n], true, true))
		}
	}
	if v.does.does[scratch] != nil {
		v.g.pts[v.eval(v.s.Call.Fun)].each(func(i int) {
			if in := v.g.objs[i].call; in != nil {
				for _, m := range in.made {
					set.union(v.g.text(single(m), true, true))
				}
			}
		})
	}
	if lit, ok := ast.Unparen(v.s.Call.Fun).(*ast.FuncLit); ok {
		ast.Inspect(lit, func(n ast.Node) bool {
			if call, ok := n.(*ast.CallExpr); ok {
				for _, arg := range call.Args {
					if n := v.eval(arg); n != 0 && !v.h.refs(v.typeOf(arg)) {
						set.union(v.g.text(v.g.pts[n], true, true))
					}
				}
			}
			return true
		})
	}
	return set
}

// namesGiven: what the call does in the world must be unknown to later code: by a
// name that nobody else has, or because later code does nothing of the kind.
func (v *verdict) namesGiven() {
	for _, n := range effectNames {
		w := v.does.does[n.bit]
		if w == nil || n.bit&world == 0 {
			continue
		}
		if exit := v.laterEffects().does[quits]; exit != nil {
			v.doubt(changesWorld, fmt.Sprintf("%s %s, which never happens if the program ends before the function does", v.subject(), n.says), exit, "ends it")
		}
		if n.bit != environment && v.nameIsFresh(n.bit) {
			continue
		}
		if other := v.laterEffects().has(n.bit | anything); other != nil {
			v.doubt(changesWorld, fmt.Sprintf("%s %s, which later code may look at", v.subject(), n.says), w, n.says)
		}
	}
	if w := v.does.does[output]; w != nil {
		_, isLit := ast.Unparen(v.s.Call.Fun).(*ast.FuncLit)
		release := isLit || v.u.isMethodCall(v.u.callee(v.s.Call)) || v.privateEnded() > 0
		if !release || w.callee != "" && w.where == "" && !v.onError(w.node) {
			v.doubt(unknownRelease, v.subject()+" prints, now before what later code prints", w, "prints")
		} else {
			v.assumes[diagnosticOutput] = true
		}
	}
}

// nameIsFresh reports whether all that is released has a name that its acquisition chose,
// and nothing was stored in it that has others.
func (v *verdict) nameIsFresh(class effect) bool {
	if class == fileSystem && v.writesName() {
		return false
	}
	ended := v.ended()
	set := v.names(ended)
	stored := false
	v.g.reach(ended).each(func(i int) {
		o := &v.g.objs[i]
		if o.call == nil || o.text || o.plain || o.result != 0 {
			return
		}
		e := v.sums.effectsOf(o.call.fn)
		if c := v.sums.contractOf(o.call.fn); c != nil {
			e = c.effects
		}
		if e != nil && e.does&class != 0 && !v.makesName(v.sums, o.call, o.at, o.result) {
			stored = true
		}
	})
	if stored {
		return false
	}
	fresh, known := false, true
	check := func(i int) {
		o := &v.g.objs[i]
		if o.call == nil || !v.makesName(v.sums, o.call, o.at, o.result) {
			known = false
			return
		}
		fresh = true
	}
	set.each(check)
	return fresh && known
}

// makesName reports whether a call names what it makes so that nobody else knows it.
func (b *body) makesName(sums *summaries, in *invoke, at ast.Node, result int) bool {
	c := sums.contractOf(in.fn)
	if c == nil {
		e := sums.effectsOf(in.fn)
		return e != nil && e.fresh[result]
	}
	if !c.names {
		return false
	}
	if c.argument < 0 {
		return true
	}
	call, ok := at.(*ast.CallExpr)
	if !ok || c.argument >= len(call.Args) {
		return false
	}
	values := b.constantsOf(call.Args[c.argument])
	for _, value := range values {
		text := strings.Trim(value.ExactString(), `"`)
		if text != strings.Trim(c.value, `"`) && !(c.value == ":0" && (text == "" || strings.HasSuffix(text, ":0") && !strings.Contains(text, "/"))) {
			return false
		}
	}
	return len(values) > 0
}

// throughOpenFiles: what the call does through a connection or a file that others know by name.
func (v *verdict) throughOpenFiles() {
	if w := v.does.does[peers]; w != nil {
		v.assumes[peerIndifferent] = true
		v.laterEffects()
		if other := v.after.has(network | peers); other != nil {
			v.doubt(changesWorld, v.subject()+" is noticed at the other end of the connection, which later code may talk to", other, "talks to the network")
		} else if at := v.dialsTheSame(); at != nil {
			v.doubt(changesWorld, "each pass connects to the same address, where the connections of earlier ones may count", nodeWitness(at), "connects here")
		}
	}
	if w := v.does.does[peers]; w != nil && !w.closes() && v.later.has(signals|anything) != nil {
		v.doubt(waitsOrSignals, v.subject()+" may wait for the other end of the connection", w, "waits")
	}
	if !v.writesFiles() {
		return
	}
	v.laterEffects()
	other := v.after.has(fileSystem | process | network | peers | sharedMemory | anything)
	if other == nil {
		other = v.readsThrough(v.after)
	}
	for _, wr := range v.does.writes {
		if wr.w.onlyCloses() {
			continue
		}
		wr.objs.and(v.openFiles()).each(func(i int) {
			o := &v.g.objs[i]
			call, _ := o.at.(*ast.CallExpr)
			same := call != nil && v.opens(o) != 0 && len(call.Args) > 0 && !v.variesIn(call.Args[0])
			if exit := v.later.does[quits]; exit != nil {
				v.doubt(flushesEarly, v.subject()+" writes to a file, which never happens if the program ends before the function does", exit, "ends it")
			}
			if at := v.later.does[lists]; at != nil {
				v.doubt(flushesEarly, v.subject()+" writes to a file that later code may come across in its directory", at, "looks through a directory")
			} else if at := v.readAgain(i); at != nil {
				v.doubt(flushesEarly, v.subject()+" writes to a file that each pass may read by its name", nodeWitness(at), "named here")
			} else if at := v.openedAgain(i); at != nil {
				v.doubt(flushesEarly, v.subject()+" writes to a file that later code may have by another way", nodeWitness(at), "opened here")
			} else if at := v.renamed(i); at != nil {
				v.doubt(flushesEarly, v.subject()+" writes to a file that later code may read by its other name", nodeWitness(at), "named here")
			} else if (other != nil || same || v.later.does[signals] != nil) && !v.nameIsFresh(fileSystem) {
				v.doubt(flushesEarly, v.subject()+" writes to a file that later code may read by its name", wr.w, "written here")
			}
		})
	}
}

// renamed finds a call in the place that gives a file another name.
func (v *verdict) renamed(file int) ast.Node {
	names := v.g.text(single(obj(file)), true, false)
	var found ast.Node
	for _, stmt := range v.list {
		ast.Inspect(stmt, func(n ast.Node) bool {
			call, ok := n.(*ast.CallExpr)
			if ok && v.isMethod(call, "os.Rename", "os.Link", "os.Symlink") && intersects(v.g.pts[v.eval(call.Args[0])], names) {
				found = call
			}
			return found == nil
		})
	}
	return found
}

// openedAgain finds a call in the place that gives others a way of their own to a file: its number, or one more that is
// opened by its name.
func (v *verdict) openedAgain(file int) ast.Node {
	names := v.g.text(single(obj(file)), true, false)
	reach := v.g.reach(v.outside())
	var found ast.Node
	for _, stmt := range v.list {
		ast.Inspect(stmt, func(n ast.Node) bool {
			call, ok := n.(*ast.CallExpr)
			if !ok || found != nil || call == v.s.Call || n == v.g.objs[file].at {
				return found == nil
			}
			in := v.invokes[call]
			if in != nil && secondHandles[in.name] && (v.g.pts[in.args[0]].has(file) || intersects(v.g.pts[in.args[0]], v.g.descriptors(single(obj(file))))) {
				found = call
			}
			named := slices.ContainsFunc(call.Args, func(arg ast.Expr) bool {
				return isString(v.typeOf(arg)) && intersects(v.g.pts[v.eval(arg)], names)
			})
			if named && (v.givesReader(call, reach) || in != nil && !in.std && v.keepsOpen(call, in, reach)) {
				found = call
			}
			return found == nil
		})
	}
	return found
}

// givesReader reports whether a call gives something of some objects that can be read, or a file system.
func (v *verdict) givesReader(call *ast.CallExpr, among bitset) bool {
	for i, n := range v.calls[call] {
		types := resultTypes(v.typeOf(call))
		if i < len(types) && hasMethod(types[i], "Open", "Read", "ReadAt", "Stat") && intersects(v.g.pts[n].without(v.g.texts), among) {
			return true
		}
	}
	return false
}

// keepsOpen reports whether the call of a function of the program's opens files, and gives or gets any of some objects.
func (v *verdict) keepsOpen(call *ast.CallExpr, in *invoke, among bitset) bool {
	var has bitset
	for i, o := range in.made {
		if o > pooled && !in.errors[i] {
			has.add(int(o))
		}
	}
	for _, arg := range in.args {
		has.union(v.g.pts[arg])
	}
	if !intersects(has.without(v.g.texts), among) {
		return false
	}
	c := newCollector(v.body, v.sums)
	c.call(call)
	return c.has(fileSystem|scratch) != nil
}

// secondHandles are functions that give a way to a file which is given, or whose number is.
var secondHandles = map[string]bool{
	"(*os.File).SyscallConn": true, "(*net.TCPConn).File": true, "(*net.UnixConn).File": true, "(*net.UDPConn).File": true,
	"syscall.Dup": true, "syscall.Dup2": true, "syscall.Dup3": true, "syscall.Mmap": true,
	"golang.org/x/sys/unix.Dup": true, "golang.org/x/sys/unix.Dup2": true, "golang.org/x/sys/unix.Dup3": true, "golang.org/x/sys/unix.Mmap": true,
	"golang.org/x/sys/unix.FcntlInt": true,
}

// readAgain finds a call in the loop that looks at a file, in each pass at the same, by a name that comes from where
// that of a file comes from which an iteration opens.
func (v *verdict) readAgain(file int) ast.Node {
	if v.opens(&v.g.objs[file]) == 0 {
		return nil
	}
	names := v.g.text(single(obj(file)), true, false)
	var found ast.Node
	ast.Inspect(v.loop, func(n ast.Node) bool {
		call, ok := n.(*ast.CallExpr)
		if !ok || n == ast.Node(v.s.Call) || n == v.g.objs[file].at {
			return found == nil
		}
		for _, arg := range call.Args {
			if isString(v.typeOf(arg)) && !v.variesIn(arg) && intersects(v.g.pts[v.eval(arg)], names) {
				c := newCollector(v.body, v.sums)
				c.call(call)
				if c.has(fileSystem|anything) != nil || v.readsThrough(c) != nil {
					found = call
				}
			}
		}
		return found == nil
	})
	return found
}

// readsThrough finds what in some code reads by way of something that the function was
// given, or that others can reach: a file system, a file that is open, a layer on one.
func (v *verdict) readsThrough(c *collector) *witness {
	others := v.fromOutside()
	for _, wr := range c.writes {
		found := wr.w.callee != "" && (wr.objs.has(int(heap)) || wr.objs.has(int(unknown)))
		wr.objs.and(others).each(func(i int) {
			found = found || leadsTo(v.g.objs[i].typ, make(map[types.Type]bool), func(t types.Type) bool {
				return hasMethod(t, "Read", "ReadAt", "ReadByte", "Open")
			})
		})
		if found {
			return wr.w
		}
	}
	return nil
}

// descriptorsCompared: the number of a file that is closed is given to the next one, which
// matters to code that asks how large it is, or which of many; that it is not negative only says that there is one.
func (v *verdict) descriptorsCompared() {
	numbers := v.g.descriptors(v.ended())
	if fn := v.u.static(v.u.callee(v.s.Call)); fn != nil && fn.Pkg() != nil && (fn.Pkg().Path() == "syscall" || strings.HasPrefix(fn.Pkg().Path(), "golang.org/x/sys/")) {
		for _, arg := range v.s.Call.Args {
			numbers.union(v.g.pts[v.eval(arg)])
		}
	}
	if numbers.empty() {
		return
	}
	isNumber := func(e ast.Expr) bool { return isInteger(v.typeOf(e)) && intersects(v.g.pts[v.eval(e)], numbers) }
	doubt := func(at ast.Node) {
		v.doubt(heldForLater, "the number of the file decides, which the next one gets once it is closed", nodeWitness(at), "looked at")
	}
	ast.Inspect(v.loop, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.BinaryExpr:
			for _, pair := range [2][2]ast.Expr{{n.X, n.Y}, {n.Y, n.X}} {
				bound := v.u.info.Types[pair[1]].Value
				if isNumber(pair[0]) && (bound == nil || constant.Sign(constant.ToInt(bound)) > 0) {
					doubt(n)
				}
			}
		case *ast.SwitchStmt:
			if n.Tag != nil && isNumber(n.Tag) {
				doubt(n.Tag)
			}
		case *ast.IndexExpr:
			if isNumber(n.Index) {
				doubt(n)
			}
		case *ast.CallExpr:
			if v.u.info.Types[n.Fun].IsType() && len(n.Args) == 1 && isNumber(n.Args[0]) && !v.h.tracked(v.typeOf(n)) {
				doubt(n) // a byte is not followed
			}
		}
		return true
	})
}

// closes reports whether an effect is that of a Close.
func (w *witness) closes() bool { return strings.HasSuffix(w.callee, ").Close") }

// onlyCloses reports whether an effect is that of a Close of the standard library's files
// and connections, which writes nothing. An io.Closer is taken for one of these.
func (w *witness) onlyCloses() bool {
	return w.closes() && (strings.HasPrefix(w.callee, "(*os.") || strings.HasPrefix(w.callee, "(*net.") || w.ofInterface())
}

// ofInterface reports whether it is the effect of a method of package io's interfaces.
func (w *witness) ofInterface() bool { return strings.HasPrefix(w.callee, "(io.") }

// openFiles are the objects that are files, or that a function of the package made which
// opens one to write to.
func (v *verdict) openFiles() bitset {
	if v.files != nil {
		return v.files
	}
	files := make(bitset, 1)
	for i := int(lent) + 1; i < len(v.g.objs); i++ {
		if o := &v.g.objs[i]; !o.text && !o.plain && (o.typ != nil && isFile(o.typ) || v.opens(o) != 0) {
			files.add(i)
		}
	}
	v.files = files
	return files
}

func isFile(t types.Type) bool {
	elem := pointee(t)
	return elem != nil && isNamed(elem, "os", "File")
}

// opens tells which files the call opens to write to that made an object.
func (v *verdict) opens(o *object) opening {
	if o.call == nil {
		return 0
	}
	call, _ := o.at.(*ast.CallExpr)
	return v.u.opens(o.call.fn, call)
}

// writesFiles reports whether the deferred call writes to a file, other than by closing it.
func (v *verdict) writesFiles() bool {
	files := v.openFiles()
	return slices.ContainsFunc(v.does.writes, func(wr write) bool {
		return !wr.w.onlyCloses() && intersects(wr.objs, files)
	})
}

// An opening says which files a function opens to write to.
type opening uint8

const (
	chosen opening = 1 << iota // those whose names it is given or knows
	asTemp                     // new ones
)

var opensFile = map[string]opening{"os.Create": chosen, "os.OpenFile": chosen, "os.CreateTemp": asTemp}

// opens tells which files a call opens to write to, itself or by way of functions of
// the package.
func (u *unit) opens(fn *types.Func, call *ast.CallExpr) opening {
	if how, ok := u.opensItself(fn, call); ok {
		return how
	}
	if u.openings == nil {
		u.openings = u.findOpenings()
	}
	return u.openings[fn.Origin()]
}

// opensItself tells what a call of one of opensFile opens to write to; nothing if its flags
// are os.O_RDONLY.
func (u *unit) opensItself(fn *types.Func, call *ast.CallExpr) (opening, bool) {
	how, ok := opensFile[funcName(fn)]
	if ok && funcName(fn) == "os.OpenFile" && call != nil && len(call.Args) > 1 {
		if flags := u.info.Types[call.Args[1]].Value; flags != nil && constant.Sign(flags) == 0 {
			how = 0
		}
	}
	return how, ok
}

func (u *unit) findOpenings() map[*types.Func]opening {
	found := make(map[*types.Func]opening)
	callers := make(map[*types.Func][]*types.Func)
	type opener struct {
		fn  *types.Func
		how opening
	}
	var todo []opener
	for _, d := range u.functions() {
		ast.Inspect(d.decl.Body, func(n ast.Node) bool {
			if call, ok := n.(*ast.CallExpr); ok {
				if callee := u.static(u.callee(call)); callee == nil {
				} else if how, ok := u.opensItself(callee, call); ok {
					todo = append(todo, opener{d.fn, how})
				} else {
					callers[callee.Origin()] = append(callers[callee.Origin()], d.fn)
				}
			}
			return true
		})
	}
	for len(todo) > 0 {
		o := todo[len(todo)-1]
		todo = todo[:len(todo)-1]
		if found[o.fn]|o.how == found[o.fn] {
			continue
		}
		found[o.fn] |= o.how
		for _, caller := range callers[o.fn] {
			todo = append(todo, opener{caller, o.how})
		}
	}
	return found
}

// dialsTheSame finds a call of package net in the loop that connects to an address
// which does not change from pass to pass and was found out by the function itself, as
// that of a listener is: what listens there may be in sight.
func (v *verdict) dialsTheSame() ast.Node {
	var found ast.Node
	ast.Inspect(v.loop, func(n ast.Node) bool {
		call, ok := n.(*ast.CallExpr)
		if !ok {
			return found == nil
		}
		fn := v.u.static(v.u.callee(call))
		if fn == nil || fn.Pkg() == nil || fn.Pkg().Path() != "net" && fn.Pkg().Path() != "crypto/tls" || !strings.HasPrefix(fn.Name(), "Dial") {
			return true
		}
		given := v.fromOutside()
		for _, arg := range call.Args {
			if v.variesIn(arg) {
				return true
			}
			if !v.h.refs(v.typeOf(arg)) && !v.g.pts[v.eval(arg)].without(given).empty() {
				found = call
			}
		}
		return found == nil
	})
	return found
}
