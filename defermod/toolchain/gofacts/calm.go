package main

import (
	_ "embed"
	"go/ast"
	"strconv"
	"strings"
)

// A calm says what a call of a function can't do.
type calm struct {
	// quiet: it can't panic, end the goroutine, or run code that nothing is known
	// about, if none of the parameters in need is a nil pointer.  Stack overflow,
	// running out of memory and fatal errors, which no deferred call survives
	// either, are left aside; that it may never come back, too.
	quiet bool
	// need has a bit for each such parameter; the receiver is number 0.
	need uint64
	// pure: it writes nothing that was there before, and neither waits for other
	// goroutines nor lets them go on.
	pure bool
	// plain: all that only if no type that it is made for may hold an interface.
	plain bool
}

// words is the form in which it is kept beside the flows.
func (c calm) words() []string {
	var words []string
	if c.quiet {
		word := "quiet"
		for i, sep := 0, "="; i < 64; i++ {
			if c.need&(1<<i) != 0 {
				word += sep + strconv.Itoa(i)
				sep = ","
			}
		}
		words = append(words, word)
	}
	if c.pure {
		words = append(words, "pure")
	}
	return words
}

// read takes in one word; it reports whether it was one of words.
func (c *calm) read(word string) bool {
	switch word {
	case "pure":
		c.pure = true
		return true
	case "plain":
		c.plain = true
		return true
	}
	head, list, _ := strings.Cut(word, "=")
	if head != "quiet" {
		return false
	}
	c.quiet = true
	for _, number := range strings.Split(list, ",") {
		if i, err := strconv.Atoi(number); err == nil && 0 <= i && i < 64 {
			c.need |= 1 << i
		}
	}
	return true
}

//go:embed quiet.txt
var quietText string

// wellKnownCalm is what quiet.txt says, by the names that funcName gives.
var wellKnownCalm = parseCalm(quietText)

func parseCalm(text string) map[string]calm {
	table := make(map[string]calm)
	eachLine(text, func(name string, words []string) {
		var c calm
		for _, word := range words {
			if !c.read(word) {
				panic("quiet.txt: " + name + " " + word)
			}
		}
		table[name] = c
	})
	return table
}

// calm is what is known about a function that is called.
func (s *summaries) calm(name string) calm {
	if c, ok := wellKnownCalm[name]; ok {
		return c
	}
	if own, ok := s.own[name]; ok && own != nil {
		return own.calm
	}
	if sum, ok := s.parsed[name]; ok {
		if sum == nil {
			return calm{}
		}
		return sum.calm
	}
	if text, ok := s.imported[name]; ok {
		if sum, err := parseSummary(text); err == nil {
			s.parsed[name] = sum
			return sum.calm
		}
	}
	return calm{}
}

// calmDown finds what the package's functions can't do: it begins with the
// assumption that they can do no harm, and takes back what their bodies belie,
// until nothing changes.  That is right for functions that call each other, too:
// whatever happens happens at some depth of calls.
func calmDown(u *unit, sums *summaries) {
	callers := make(map[string]map[string]bool)
	bodies := make(map[string]*ast.FuncDecl)
	var todo []string
	for _, d := range u.functions() {
		if sums.own[d.name] == nil || bodies[d.name] != nil {
			continue
		}
		bodies[d.name] = d.decl
		sums.own[d.name].calm = calm{quiet: true, pure: true}
		todo = append(todo, d.name)
	}
	queued := make(map[string]bool)
	for _, name := range todo {
		queued[name] = true
	}
	for len(todo) > 0 {
		name := todo[0]
		todo = todo[1:]
		queued[name] = false
		old := sums.own[name].calm
		if !old.quiet && !old.pure {
			continue
		}
		w := newWalker(u.scopeOf(bodies[name]), sums, bodies[name])
		w.summing = true
		w.run(bodies[name].Type, bodies[name].Recv, bodies[name].Body)
		now := calm{quiet: old.quiet && !w.loud, need: old.need | w.need, pure: old.pure && !w.impure}
		if !now.quiet {
			now.need = 0
		}
		for callee := range w.callees {
			if callers[callee] == nil {
				callers[callee] = make(map[string]bool)
			}
			callers[callee][name] = true
		}
		if now == old {
			continue
		}
		sums.own[name].calm = now
		for caller := range callers[name] {
			if !queued[caller] {
				queued[caller] = true
				todo = append(todo, caller)
			}
		}
	}
}
