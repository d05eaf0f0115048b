package main

import (
	_ "embed"
	"go/ast"
	"go/token"
	"go/types"
	"strconv"
	"strings"
)

// traits are what the smaller rules ask of a function that is called.
type traits struct {
	// quits: a call never comes back, and ends the program without the deferred calls.
	quits bool
	// elapsed: the result says how much time has gone by since a time that it is given.
	elapsed bool
	// nilProof has a bit for each parameter, the receiver first, that the body compares with nil.
	nilProof uint64
	// releases has a bit for each operand, the receiver first, that a call may release.
	releases uint64
	// unlocks has a bit for each operand, the receiver first, in which a call may unlock a mutex.
	unlocks uint64
	// frames: it asks for the lines of its callers.
	frames bool
	// slow is why a call may take long: a word of slowWords; "" if nothing says so.
	slow string
}

func (t traits) words() []string {
	var words []string
	if t.quits {
		words = append(words, "quits")
	}
	if t.elapsed {
		words = append(words, "elapsed")
	}
	if t.frames {
		words = append(words, "frames")
	}
	for i := 0; i < 64; i++ {
		if t.nilProof&(1<<i) != 0 {
			words = append(words, "nilproof="+strconv.Itoa(i))
		}
		if t.releases&(1<<i) != 0 {
			words = append(words, "releases="+strconv.Itoa(i))
		}
		if t.unlocks&(1<<i) != 0 {
			words = append(words, "unlocks="+strconv.Itoa(i))
		}
	}
	if t.slow != "" {
		words = append(words, "slow="+t.slow)
	}
	return words
}

func parseTraits(words []string) traits {
	var t traits
	for _, word := range words {
		name, value, _ := strings.Cut(word, "=")
		switch name {
		case "quits":
			t.quits = true
		case "elapsed":
			t.elapsed = true
		case "frames":
			t.frames = true
		case "nilproof":
			if i, err := strconv.Atoi(value); err == nil && 0 <= i && i < 64 {
				t.nilProof |= 1 << i
			}
		case "releases":
			if i, err := strconv.Atoi(value); err == nil && 0 <= i && i < 64 {
				t.releases |= 1 << i
			}
		case "unlocks":
			if i, err := strconv.Atoi(value); err == nil && 0 <= i && i < 64 {
				t.unlocks |= 1 << i
			}
		case "slow":
			t.slow = value
		}
	}
	return t
}

//go:embed family.txt
var familyText string

// wellKnownTraits are those of the standard library's functions, by the names
// that funcName gives; "path.*" stands for all functions of a package, and
// "(path.T).*" for all methods of a type, that have no line of their own.
var wellKnownTraits = parseKnownTraits(familyText)

func parseKnownTraits(text string) map[string]traits {
	table := make(map[string]traits)
	eachLine(text, func(name string, words []string) { table[name] = parseTraits(words) })
	return table
}

// familyMark begins the names under which traits are kept beside the summaries.
const familyMark = "traits "

// family finds the traits of a package's functions.
type family struct {
	u    *unit
	sums *summaries
	own  map[string]traits
	// asked are the functions of the package that the function at hand calls.
	asked map[string]bool
}

func newFamily(u *unit, sums *summaries) *family {
	f := &family{u: u, sums: sums, own: make(map[string]traits)}
	// From "nothing is known" up: each round believes only what the one before has shown.
	// A function is looked at again if one that it calls has changed since.
	callers := make(map[string]map[string]bool)
	stale := make(map[string]bool)
	for _, d := range u.functions() {
		stale[d.name] = true
	}
	for len(stale) > 0 {
		for _, d := range u.functions() {
			name := d.name
			if !stale[name] {
				continue
			}
			delete(stale, name)
			old, known := f.own[name]
			f.asked = make(map[string]bool)
			t := f.examine(d.decl)
			for callee := range f.asked {
				if callers[callee] == nil {
					callers[callee] = make(map[string]bool)
				}
				callers[callee][name] = true
			}
			if old.slow != "" {
				t.slow = old.slow // one reason is enough
			}
			if !known || t != old {
				f.own[name] = t
				for caller := range callers[name] {
					stale[caller] = true
				}
			}
		}
	}
	f.asked = nil
	return f
}

// lines is the form in which importers get the traits.
func (f *family) lines(reachable map[string]bool) []string {
	var lines []string
	for name, t := range f.own {
		if words := t.words(); words != nil && isExported(name[strings.LastIndexByte(name, '.')+1:]) {
			lines = append(lines, familyMark+name+"\t"+strings.Join(words, " "))
		}
	}
	for name := range reachable {
		if text, ok := f.sums.imported[familyMark+name]; ok {
			lines = append(lines, familyMark+name+"\t"+text)
		}
	}
	return lines
}

// of returns the traits of a function, by its body or by what family.txt says.
func (f *family) of(fn *types.Func) traits {
	name := funcName(fn)
	if f.asked != nil && fn.Pkg() == f.u.pkg {
		f.asked[name] = true
	}
	if t, ok := f.own[name]; ok {
		return t
	}
	if t, ok := wellKnownTraits[name]; ok {
		return t
	}
	if fn.Pkg() == nil {
		return traits{}
	}
	if !f.u.standard(fn.Pkg()) {
		return parseTraits(strings.Fields(f.sums.imported[familyMark+name]))
	}
	if i := strings.LastIndexByte(name, '.'); i > 0 {
		return wellKnownTraits[name[:i]+".*"]
	}
	return traits{}
}

func (f *family) examine(decl *ast.FuncDecl) traits {
	var t traits
	t.quits = f.quitsAtEnd(decl.Body.List) && !returns(decl.Body)
	t.elapsed = f.measures(decl)
	t.nilProof = f.comparesWithNil(decl)
	t.releases, t.unlocks = f.mayDo(decl)
	t.frames = f.looksAtFrames(decl.Body)
	t.slow = f.slow(decl.Body)
	return t
}

// -- the program's end -------------------------------------------------------------------------

func returns(body *ast.BlockStmt) bool {
	found := false
	ast.Inspect(body, func(n ast.Node) bool {
		switch n.(type) {
		case *ast.ReturnStmt:
			found = true
		case *ast.FuncLit:
			return false
		}
		return !found
	})
	return found
}

func (f *family) quitsAtEnd(list []ast.Stmt) bool {
	if len(list) == 0 {
		return false
	}
	switch s := list[len(list)-1].(type) {
	case *ast.ExprStmt:
		call, ok := ast.Unparen(s.X).(*ast.CallExpr)
		return ok && f.quits(call)
	case *ast.BlockStmt:
		return f.quitsAtEnd(s.List)
	}
	return false
}

func (f *family) quits(call *ast.CallExpr) bool {
	fn := f.u.static(f.u.callee(call))
	if fn == nil {
		return false
	}
	return f.of(fn).quits
}

// -- time --------------------------------------------------------------------------------------

// measures reports whether a function with a parameter of type time.Time and a
// result says how much time has gone by since then.
func (f *family) measures(decl *ast.FuncDecl) bool {
	if decl.Type.Results == nil || decl.Type.Params == nil {
		return false
	}
	times := make(map[types.Object]bool)
	for _, field := range decl.Type.Params.List {
		for _, name := range field.Names {
			if o := f.u.info.Defs[name]; o != nil && o.Type().String() == "time.Time" {
				times[o] = true
			}
		}
	}
	if len(times) == 0 {
		return false
	}
	of := func(e ast.Expr) bool {
		id, ok := ast.Unparen(e).(*ast.Ident)
		return ok && times[f.u.info.Uses[id]]
	}
	found := false
	ast.Inspect(decl.Body, func(n ast.Node) bool {
		call, ok := n.(*ast.CallExpr)
		if !ok {
			return !found && !isLiteral(n)
		}
		fn := f.u.static(f.u.callee(call))
		if fn == nil {
			return true
		}
		switch funcName(fn) {
		case "time.Since", "time.Until":
			found = found || len(call.Args) == 1 && of(call.Args[0])
		case "(time.Time).Sub":
			sel, ok := ast.Unparen(call.Fun).(*ast.SelectorExpr)
			found = found || ok && len(call.Args) == 1 && of(call.Args[0]) && f.isNow(sel.X)
		default:
			if f.of(fn).elapsed {
				for _, arg := range call.Args {
					found = found || of(arg)
				}
			}
		}
		return !found
	})
	return found
}

func (f *family) isNow(e ast.Expr) bool {
	call, ok := ast.Unparen(e).(*ast.CallExpr)
	if !ok {
		return false
	}
	fn := f.u.static(f.u.callee(call))
	return fn != nil && funcName(fn) == "time.Now"
}

func isLiteral(n ast.Node) bool {
	_, ok := n.(*ast.FuncLit)
	return ok
}

// -- nil ---------------------------------------------------------------------------------------

// operandPlaces gives the place of each named receiver and parameter, the receiver first.
func (u *unit) operandPlaces(decl *ast.FuncDecl) map[types.Object]int {
	index := make(map[types.Object]int)
	count := 0
	for _, list := range []*ast.FieldList{decl.Recv, decl.Type.Params} {
		if list == nil {
			continue
		}
		for _, field := range list.List {
			for _, name := range field.Names {
				if o := u.info.Defs[name]; o != nil {
					index[o] = count
				}
				count++
			}
			if len(field.Names) == 0 {
				count++
			}
		}
	}
	return index
}

func (f *family) comparesWithNil(decl *ast.FuncDecl) uint64 {
	index := f.u.operandPlaces(decl)
	if len(index) == 0 {
		return 0
	}
	var found uint64
	ast.Inspect(decl.Body, func(n ast.Node) bool {
		e, ok := n.(*ast.BinaryExpr)
		if !ok || e.Op != token.EQL && e.Op != token.NEQ {
			return true
		}
		for _, pair := range [][2]ast.Expr{{e.X, e.Y}, {e.Y, e.X}} {
			if id, ok := ast.Unparen(pair[0]).(*ast.Ident); ok && f.u.info.Types[pair[1]].IsNil() {
				if i, ok := index[f.u.info.Uses[id]]; ok && i < 64 {
					found |= 1 << i
				}
			}
		}
		return true
	})
	return found
}

func (f *family) looksAtFrames(body ast.Node) bool {
	found := false
	ast.Inspect(body, func(n ast.Node) bool {
		if call, ok := n.(*ast.CallExpr); ok {
			if fn := f.u.static(f.u.callee(call)); fn != nil {
				found = found || f.of(fn).frames
			}
		}
		return !found
	})
	return found
}

// -- what takes long ---------------------------------------------------------------------------

// slow is why running the statements may take long, as far as the goroutine
// itself runs them: what is started or deferred in a literal of its own doesn't count.
func (f *family) slow(body ast.Node) string {
	why := ""
	note := func(word string) {
		if why == "" {
			why = word
		}
	}
	ast.Inspect(body, func(n ast.Node) bool {
		if why != "" {
			return false
		}
		switch n := n.(type) {
		case *ast.GoStmt:
			return false
		case *ast.FuncLit:
			return false
		case *ast.SendStmt:
			note("channel")
		case *ast.UnaryExpr:
			if n.Op == token.ARROW {
				note("channel")
			}
		case *ast.RangeStmt:
			if rangeKind(f.u.info.TypeOf(n.X)) == "channel" {
				note("channel")
			}
		case *ast.SelectStmt:
			for _, c := range n.Body.List {
				if c.(*ast.CommClause).Comm == nil {
					// With a default it does not wait; the clauses' bodies may.
					for _, c := range n.Body.List {
						for _, s := range c.(*ast.CommClause).Body {
							if w := f.slow(s); w != "" {
								note(w)
							}
						}
					}
					return false
				}
			}
			note("channel")
		case *ast.CallExpr:
			note(f.slowCall(n))
		}
		return why == ""
	})
	return why
}

func (f *family) slowCall(call *ast.CallExpr) string {
	if f.u.info.Types[call.Fun].IsType() || f.u.builtin(call) != "" {
		return ""
	}
	fun := f.u.callee(call)
	if lit, ok := ast.Unparen(fun).(*ast.FuncLit); ok {
		return f.slow(lit.Body)
	}
	fn := f.u.static(fun)
	if fn == nil {
		return ""
	}
	return f.of(fn).slow
}

// traitWords is what a report says of a call.
func (d *describer) traitWords(call *ast.CallExpr) []string {
	fn := d.static(d.callee(call))
	if fn == nil {
		return nil
	}
	return append(d.sums.family.of(fn).words(), d.sums.family.releaseWords(call, fn)...)
}
