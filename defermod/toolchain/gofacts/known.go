package main

import (
	_ "embed"
	"fmt"
	"go/ast"
	"go/types"
	"strings"
)

//go:embed known.txt
var knownText string

// wellKnown is what known.txt says.
var wellKnown = parseKnown(knownText)

func parseKnown(text string) map[string]*summary {
	table := make(map[string]*summary)
	eachLine(text, func(name string, words []string) {
		sum, err := parseSummary(strings.Join(words, " "))
		if err != nil {
			panic(fmt.Sprintf("known.txt: %s: %v", name, err))
		}
		table[name] = sum
	})
	return table
}

// calleeName is the name under which a function's summary is found: for the
// method of an interface that known.txt has by signature, that line's name.
func calleeName(fn *types.Func) string {
	name := funcName(fn)
	if !isInterfaceMethod(fn) || wellKnown[name] != nil {
		return name
	}
	if general := "." + fn.Name() + signature(fn); wellKnown[general] != nil {
		return general
	}
	return name
}

// presumed is what is taken for granted of a method of an interface about which
// nothing is known: its receiver goes nowhere but into its results and into what
// its other operands lead to; of these, anything may become.  So a helper that
// calls it.Next() on its parameter is not said to keep the parameter.
//
// It is nil for other functions, and for methods that by their name register
// something or leave it running.
func presumed(fn *types.Func, h *holder) *summary {
	sig := fn.Type().(*types.Signature)
	if !isInterfaceMethod(fn) || keepsItself(fn.Name(), sig.Params().Len()) {
		return nil
	}
	s := &summary{}
	receiver := end{toParam, 0}
	for i := 0; i < sig.Results().Len(); i++ {
		switch t := sig.Results().At(i).Type(); {
		case isError(t):
		case h.refs(t):
			s.edges = append(s.edges, edge{receiver, end{toResult, i}}, edge{end{kind: toUnknown}, end{toResult, i}})
		case h.textual(t):
			s.edges = append(s.edges, edge{end{ofText, 0}, end{toResult, i}}, edge{end{ofNumber, 0}, end{toResult, i}})
		}
	}
	for i := 0; i < sig.Params().Len(); i++ {
		if !h.refs(sig.Params().At(i).Type()) {
			continue
		}
		param := end{toParam, i + 1}
		switch t := sig.Params().At(i).Type(); {
		case isExchange(t):
			// A request, or the response to it, belongs to who sends or serves it, as a context does.
			s.edges = append(s.edges, edge{param, end{kind: toLent}}, edge{end{kind: toUnknown}, param}, edge{receiver, param})
		case usedDuringCall(t):
			// A context, a reader or a writer is used during the call, by convention.
			s.edges = append(s.edges, edge{param, end{kind: toLent}})
			if sig.Results().Len() == 0 && !isContext(t) {
				s.edges = append(s.edges, edge{param, receiver}) // it can hardly be for the call alone: Reset(w)
			}
		case h.plain(t):
			s.edges = append(s.edges, edge{param, end{kind: toUnknown}}, edge{end{kind: toUnknown}, param})
		default:
			s.edges = append(s.edges, edge{param, end{kind: toUnknown}}, edge{end{kind: toUnknown}, param}, edge{receiver, param})
		}
		for j := 0; j < sig.Results().Len(); j++ {
			if !isError(sig.Results().At(j).Type()) {
				s.edges = append(s.edges, edge{param, end{toResult, j}})
			}
		}
	}
	return s
}

// usedDuringCall reports whether a parameter of type t is by convention not kept by
// a method that gets it: a context belongs to the call, and so does an io.Reader.
func usedDuringCall(t types.Type) bool {
	if t == nil {
		return false
	}
	named, ok := types.Unalias(t).(*types.Named)
	if !ok || named.Obj().Pkg() == nil || !types.IsInterface(named) {
		return false
	}
	switch named.Obj().Pkg().Path() {
	case "context", "io":
		return true
	}
	return false
}

// keepsItself reports whether a method's name says that the receiver is at work,
// or known to others, when the call is over.  What adds or opens something that it
// is given says so only if it is given nothing.
func keepsItself(name string, given int) bool {
	name = strings.ToLower(name)
	starts := func(words ...string) bool {
		for _, word := range words {
			if strings.HasPrefix(name, word) {
				return true
			}
		}
		return false
	}
	return starts("activate", "announce", "async", "attach", "bind", "enter", "go", "install", "join", "launch", "listen",
		"mount", "register", "run", "schedule", "serve", "spawn", "start", "subscribe", "watch") ||
		given == 0 && starts("add", "begin", "connect", "enable", "init", "open", "publish", "push", "submit", "track")
}

// shortNames are the names of types that known.txt uses.
var shortNames = strings.NewReplacer("uint8", "byte", "int32", "rune", "interface{}", "any")

// signature spells a function's type as known.txt does: ([]byte)(int,error).
func signature(fn *types.Func) string { return typesOf(fn.Type().(*types.Signature)) }

// typesOf are the types of parameters and results.
func typesOf(sig *types.Signature) string {
	list := func(t *types.Tuple) string {
		var words []string
		for i := 0; i < t.Len(); i++ {
			words = append(words, types.TypeString(types.Unalias(t.At(i).Type()), nil))
		}
		return "(" + shortNames.Replace(strings.Join(words, ",")) + ")"
	}
	return list(sig.Params()) + list(sig.Results())
}

// bodyless is the summary of a function written in assembly or linked in, nil
// if nothing is known.
func bodyless(fn *types.Func, decl *ast.FuncDecl, h *holder) *summary {
	sig := fn.Type().(*types.Signature)
	switch fn.Pkg().Path() {
	case "sync/atomic", "internal/runtime/atomic", "runtime/internal/atomic":
		// Operand 0 is the address; others are stored there, and what was there is returned.
		s := &summary{}
		address := end{toParam, 0}
		for i := 1; i < sig.Params().Len(); i++ {
			s.edges = append(s.edges, edge{end{toParam, i}, address})
		}
		if sig.Results().Len() > 0 {
			s.edges = append(s.edges, edge{address, end{toResult, 0}})
		}
		return s
	}
	if decl.Doc != nil {
		for _, c := range decl.Doc.List {
			if strings.HasPrefix(c.Text, "//go:noescape") {
				return noescape(sig, h)
			}
		}
	}
	return nil
}

// noescape is the summary of a function with the directive of that name: it
// "does not allow any of the pointers passed as arguments to escape into the
// heap or into the values returned from the function".  That is a promise about
// the pointers, not about what they point to (reflect.typedmemmove has it), so
// what any parameter leads to may be anywhere but in the heap.
func noescape(sig *types.Signature, h *holder) *summary {
	s := &summary{}
	var ends []end
	for i := 0; i < sig.Params().Len(); i++ {
		if t := sig.Params().At(i).Type(); h.refs(t) && !h.plain(t) {
			ends = append(ends, end{toParam, i})
		}
	}
	for _, from := range ends {
		for _, to := range ends {
			if from != to {
				s.edges = append(s.edges, edge{from, to})
			}
		}
		for i := 0; i < sig.Results().Len(); i++ {
			s.edges = append(s.edges, edge{from, end{toResult, i}})
		}
	}
	return s
}

// isSyscall reports whether fn is one of the functions for which the rules of
// unsafe.Pointer allow, among the arguments, a conversion to uintptr: the
// compiler keeps what it points to alive for just the call.
func isSyscall(fn *types.Func) bool {
	if fn.Pkg() == nil {
		return false
	}
	switch fn.Pkg().Path() {
	case "syscall", "internal/syscall/unix", "internal/syscall/windows", "golang.org/x/sys/unix", "golang.org/x/sys/windows":
		name := strings.ToLower(fn.Name())
		return strings.HasPrefix(name, "syscall") || strings.HasPrefix(name, "rawsyscall") || strings.HasPrefix(name, "rawvforksyscall")
	}
	return false
}

// pinned evaluates uintptr(unsafe.Pointer(x)) among arguments of a system call
// as something that is not kept.
func (b *body) pinned(args []ast.Expr) {
	for _, arg := range args {
		if call, ok := ast.Unparen(arg).(*ast.CallExpr); ok && b.u.info.Types[call.Fun].IsType() {
			b.exprs[call] = 0
			b.calls[call] = []node{0}
		}
	}
}
