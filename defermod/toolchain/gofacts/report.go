package main

import (
	"bytes"
	"compress/zlib"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"go/ast"
	"go/types"
	"os"
	"path/filepath"
	"strconv"
	"strings"
)

// reportVersion changes with the form of the report; the reader checks it.
const reportVersion = 5

// marker starts every line of results.
const marker = "defermod-facts:"

// A report is what is said about one package.  Spans are byte offsets into a
// file, half-open; types are indexes into Types.
type report struct {
	Version int          `json:"version"`
	ID      string       `json:"id"`
	Package string       `json:"package"`
	Error   string       `json:"error,omitempty"`   // why there are no facts: it does not type-check
	Ignored []string     `json:"ignored,omitempty"` // files that build constraints leave out
	Cgo     []string     `json:"cgo,omitempty"`     // files that import "C"
	Types   [][3]string  `json:"types"`             // spelled with import paths; what they hold; their kind
	Ending  []int        `json:"ending,omitempty"`  // indexes of the types whose values have a method that ends them
	Files   []fileReport `json:"files"`
}

type fileReport struct {
	Path    string        `json:"path"`
	Sum     string        `json:"sum"` // SHA-256 of the text the offsets are for
	Go      string        `json:"go"`
	Decls   [][2]int      `json:"decls"`             // the declarations that there are facts about
	Exprs   [][3]int      `json:"exprs"`             // start, end, type
	Calls   []callReport  `json:"calls"`             // in source order
	Ranges  []rangeFact   `json:"ranges"`            // in source order
	Hidden  [][2]int      `json:"hidden"`            // selectors that go through an embedded pointer
	Decided []decidedFact `json:"decided,omitempty"` // in source order
	Defers  []deferReport `json:"defers"`            // those in a loop of their function, in source order

	Functions []functionReport `json:"functions"` // those with a defer
}

type callReport struct {
	Span     [2]int   `json:"span"`
	Kind     string   `json:"kind"`
	Callee   string   `json:"callee,omitempty"`
	Method   bool     `json:"method,omitempty"` // the first flow is the receiver's
	Recovers *bool    `json:"recovers,omitempty"`
	Old      bool     `json:"old,omitempty"`  // a result may be something that was there before, and not among the operands
	Kept     bool     `json:"kept,omitempty"` // what was made for a result may have been stored elsewhere, too
	Flows    []string `json:"flows"`          // by operand
	Results  []int    `json:"results"`        // types
	Traits   []string `json:"traits,omitempty"`
}

type rangeFact struct {
	Span [2]int `json:"span"`
	Over string `json:"over"`
}

func newFileReport(name string) fileReport {
	return fileReport{Path: name, Decls: [][2]int{}, Exprs: [][3]int{}, Calls: []callReport{}, Ranges: []rangeFact{}, Hidden: [][2]int{}, Defers: []deferReport{}, Functions: []functionReport{}}
}

// failed records why there are no facts, and for which files.
func (r *report) failed(err error, names []string) {
	r.Error, r.Types = err.Error(), [][3]string{}
	r.Files = []fileReport{}
	for _, name := range names {
		r.Files = append(r.Files, newFileReport(name))
	}
}

// worthPrinting: packages of the standard library are dependencies of all
// others, so they speak only when they have something to say.
func (r *report) worthPrinting(cfg *config) bool {
	if cfg.ModulePath != "" || cfg.Module != nil {
		return true
	}
	for _, f := range r.Files {
		if len(f.Decls) > 0 {
			return true
		}
	}
	// Files outside of any module are a package of this name.
	return r.Error != "" || r.Package == "command-line-arguments"
}

// print writes the report to the file that the go command passes on, or to stdout.
func (r *report) print(name string) error {
	data, err := json.Marshal(r)
	if err != nil {
		return err
	}
	var packed bytes.Buffer
	z := zlib.NewWriter(&packed)
	if _, err := z.Write(data); err != nil {
		return err
	}
	if err := z.Close(); err != nil {
		return err
	}
	line := marker + base64.StdEncoding.EncodeToString(packed.Bytes()) + "\n"
	if name == "" {
		_, err = fmt.Print(line)
		return err
	}
	return os.WriteFile(name, []byte(line), 0o666)
}

// describe fills in the facts about all candidates.
func (r *report) describe(u *unit, sums *summaries) {
	d := &describer{unit: u, sums: sums, h: newHolder(u), index: make(map[string]int), types: [][3]string{}}
	for i, f := range u.files {
		base := filepath.Base(u.names[i])
		if strings.HasPrefix(base, "_cgo_") {
			continue // generated
		}
		if strings.HasSuffix(base, ".cgo1.go") {
			// Not the text that the user wrote, but cgo's translation of it.
			r.Cgo = append(r.Cgo, u.fset.Position(f.Package).Filename)
			continue
		}
		fr := newFileReport(u.names[i])
		fr.Sum, fr.Go = u.sums[i], u.info.FileVersions[f]
		d.file = &fr
		for _, decl := range candidates(f) {
			fr.Decls = append(fr.Decls, d.span(decl))
			ast.Inspect(decl, d.visit)
			fr.Defers = append(fr.Defers, d.judgeDefers(decl, fr.Go)...)
			d.hot(decl)
		}
		r.Files = append(r.Files, fr)
	}
	r.Types, r.Ending = d.types, d.ending
}

type describer struct {
	*unit
	sums  *summaries
	h     *holder
	file  *fileReport
	types [][3]string
	index map[string]int
	// ending are the indexes of the types whose values can be closed, stopped or written to.
	ending []int
	caught *recoverer // made when it is asked for
	// constants of unconstrained files, with what gives them their values; made when it is asked for.
	constants map[types.Object]ast.Expr
}

func (d *describer) span(n ast.Node) [2]int {
	return [2]int{d.offset(n.Pos()), d.offset(n.End())}
}

func (d *describer) typeIndex(t types.Type) int {
	name := types.TypeString(t, func(p *types.Package) string { return cleanPath(p.Path()) })
	i, ok := d.index[name]
	if !ok {
		i = len(d.types)
		d.index[name] = i
		d.types = append(d.types, [3]string{name, d.h.class(t), kind(t)})
		if canBeEnded(t) {
			d.ending = append(d.ending, i)
		}
	}
	return i
}

func (d *describer) visit(n ast.Node) bool {
	switch n := n.(type) {
	case *ast.RangeStmt:
		d.file.Ranges = append(d.file.Ranges, rangeFact{d.span(n), rangeKind(d.info.TypeOf(n.X))})
	case *ast.Ident:
		if v, ok := d.info.ObjectOf(n).(*types.Var); ok {
			d.expr(n, v.Type())
		}
	case *ast.CallExpr:
		d.call(n)
		d.value(n)
	case *ast.SelectorExpr:
		if s := d.info.Selections[n]; s != nil && throughEmbedded(s) {
			d.file.Hidden = append(d.file.Hidden, d.span(n))
		}
		d.value(n)
	case *ast.IfStmt:
		d.condition(n.Cond)
	case *ast.ForStmt:
		d.condition(n.Cond)
	case *ast.KeyValueExpr, *ast.BasicLit:
	case ast.Expr:
		d.value(n)
	}
	return true
}

// value describes an expression, unless it is a constant, a type or a package.
func (d *describer) value(e ast.Expr) {
	if tv := d.info.Types[e]; tv.IsValue() && tv.Value == nil {
		d.expr(e, tv.Type)
	}
}

func (d *describer) expr(e ast.Expr, t types.Type) {
	s := d.span(e)
	d.file.Exprs = append(d.file.Exprs, [3]int{s[0], s[1], d.typeIndex(t)})
}

func (d *describer) call(call *ast.CallExpr) {
	c := callReport{Span: d.span(call), Flows: []string{}, Results: []int{}}
	for _, t := range resultTypes(d.info.TypeOf(call)) {
		c.Results = append(c.Results, d.typeIndex(t))
	}
	fun := d.callee(call)
	fn := d.static(fun)
	switch {
	case d.info.Types[call.Fun].IsType():
		c.Kind = "conversion"
	case d.builtin(call) != "":
		c.Kind, c.Callee = "builtin", d.builtin(call)
	case fn != nil:
		c.Kind, c.Callee = "function", funcName(fn)
		if isInterfaceMethod(fn) {
			c.Kind = "interface"
			if d.sums.namesakeRecovers(fn) {
				c.Recovers = new(bool)
				*c.Recovers = true
			}
		} else {
			c.Recovers = d.sums.recovers(c.Callee)
		}
		c.Old, c.Kept = d.sums.origin(fn, d.h)
		c.Method = d.isMethodCall(fun)
	default:
		c.Kind = "dynamic"
		if _, ok := fun.(*ast.FuncLit); ok {
			c.Kind = "literal"
		}
	}
	c.Flows = d.flows(call, fun, fn, &c)
	c.Traits = d.traitWords(call)
	d.file.Calls = append(d.file.Calls, c)
}

// flows says for each operand what the call may do with it: "-" for nothing,
// else ends, such as "r0,p1,heap", or "?" for unknown, each after "m:" if it is
// only plain memory in the operand that may go there.
func (d *describer) flows(call *ast.CallExpr, fun ast.Expr, fn *types.Func, c *callReport) []string {
	var operands []types.Type
	if c.Method {
		operands = append(operands, d.info.TypeOf(fun.(*ast.SelectorExpr).X))
	}
	for _, arg := range call.Args {
		operands = append(operands, d.info.TypeOf(arg))
	}
	list := make([]string, len(operands))
	for i := range list {
		list[i] = "?"
	}
	var sig *shape
	var sum *summary
	if fn != nil {
		signature := fn.Type().(*types.Signature)
		sig = shapeOf(signature, signature.Recv() != nil)
		if sum = d.sums.lookup(calleeName(fn)); sum == nil {
			sum = presumed(fn, d.h)
		}
	}
	spread := len(call.Args) == 1 && len(resultTypes(operands[len(operands)-1])) > 1
	for i, t := range operands {
		// A receiver is looked at even so: its address may be what is handed over.
		if (i > 0 || !c.Method) && !d.h.refs(t) {
			list[i] = "-"
			continue
		}
		switch {
		case c.Kind == "builtin":
			list[i] = builtinFlow(c.Callee, i)
		case c.Kind == "conversion":
			list[i] = "r0"
		case sum != nil && !sum.unknown && !spread:
			list[i] = sum.flow(sig, i, len(operands))
		}
	}
	return list
}

// flow spells the edges that leave operand i of n.
func (s *summary) flow(sig *shape, i, n int) string {
	var ends []string
	p := sig.param(i)
	for _, e := range s.edges {
		prefix := ""
		switch from := e.from; {
		case from == (end{toParam, p}):
		case (from.kind == ofGiven || from.kind == inGiven) && from.param() == p: // what a function gives is a part of what it has
		case from == (end{ofMemory, p}):
			prefix = "m:"
		default:
			continue
		}
		switch to := e.to; {
		case to.kind == toLent:
		case to.kind == toPool, to.kind == toOver, to.kind == toAwaited:
			ends = append(ends, prefix+"heap")
		case to.kind == toUnknown, to.kind == ofCall, to.kind == ofGiven:
			ends = append(ends, prefix+"?")
		case to.kind != toParam && to.kind != toItself:
			ends = append(ends, prefix+to.String())
		case sig.isFunc[to.index] && to.index != p:
			ends = append(ends, prefix+"?") // a function that the caller gives is called with it
		default:
			for k := 0; k < n; k++ {
				if k != i && sig.param(k) == to.index {
					ends = append(ends, prefix+"p"+strconv.Itoa(k))
				}
			}
		}
	}
	if ends == nil {
		return "-"
	}
	return strings.Join(ends, ",")
}

func builtinFlow(name string, operand int) string {
	switch name {
	case "append":
		if operand > 0 {
			return "p0,r0" // the array that both share
		}
		return "r0"
	case "copy":
		if operand == 1 {
			return "p0"
		}
	case "panic":
		return "heap"
	case "new", "Slice", "SliceData", "Add", "String", "StringData":
		return "r0"
	}
	return "-"
}

func rangeKind(t types.Type) string {
	switch u := coreType(t).(type) {
	case *types.Signature:
		return "function"
	case *types.Map:
		return "map"
	case *types.Chan:
		return "channel"
	case *types.Slice:
		return "slice"
	case *types.Array, *types.Pointer:
		return "array"
	case *types.Basic:
		if u.Info()&types.IsString != 0 {
			return "string"
		}
		return "integer"
	}
	return "unknown"
}
