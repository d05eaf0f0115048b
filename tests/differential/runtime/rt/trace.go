// Package rt is what the generated functions run on: a log of everything they do, a source of decisions, and
// resources that notice when they are used after their release.
//
// One function runs at a time, so the current trace is a plain variable.
package rt

import (
	"fmt"
	"runtime"
	"strings"
)

// Event is anything that a rewrite must leave where it was.
type Event struct {
	Tag string
	Val string
}

// Release is a deferred call: the only thing that a rewrite may move.
type Release struct {
	Tag  string
	Val  string
	Born int // events logged when its resource was acquired
	At   int // events logged when it ran
}

// Key tells releases apart by everything but their time.
func (r Release) Key() string { return r.Tag + " " + r.Val }

// Trace is one run of one function.
type Trace struct {
	Events   []Event
	Releases []Release
	Outcome  string
	Starved  bool
	Ended    bool // by os.Exit: what was deferred then does not run

	input    []byte
	at       int
	resource int
	salt     byte
	names    map[string]*Res
}

// limit bounds the events of a run, and with them every loop: each iteration logs one.
const limit = 300

var cur *Trace

// Start begins a trace whose decisions come from input.
func Start(input []byte) *Trace {
	cur = &Trace{input: input}
	forget()
	for _, b := range input {
		cur.salt = cur.salt*31 + b
	}
	return cur
}

func next() int {
	if cur.at >= len(cur.input) {
		return 0
	}
	cur.at++
	return int(cur.input[cur.at-1])
}

// number counts the resources of a run.
func number() int {
	cur.resource++
	return cur.resource
}

// moment is the number of events so far.
func moment() int { return len(cur.Events) }

// salt is a number that stays the same in a run.
func salt() int { return int(cur.salt) }

func log(tag, val string) {
	if cur.Ended {
		runtime.Goexit()
	}
	if len(cur.Events) >= limit {
		cur.Starved = true
		runtime.Goexit()
	}
	cur.Events = append(cur.Events, Event{tag, val})
}

func release(tag, val string, born int) {
	if cur.Ended {
		return
	}
	cur.Releases = append(cur.Releases, Release{tag, val, born, len(cur.Events)})
}

// Show formats values so that the same value looks the same in both versions.
func Show(vals ...any) string {
	var out strings.Builder
	for i, v := range vals {
		if i > 0 {
			out.WriteByte(' ')
		}
		switch v := v.(type) {
		case *Res:
			out.WriteString(v.label())
		case *Failure:
			if v == nil {
				out.WriteString("no failure")
			} else {
				out.WriteString(v.Error())
			}
		case error:
			out.WriteString("error(" + v.Error() + ")")
		case string:
			out.WriteString(v)
		case []*Res:
			for _, r := range v {
				out.WriteString(r.label() + ",")
			}
		default:
			fmt.Fprint(&out, v)
		}
	}
	return out.String()
}

// Exit ends the program, as far as the trace can tell.
func Exit(code int) {
	log("exit", Show(code))
	cur.Outcome, cur.Ended = "ended with "+Show(code), true
	runtime.Goexit()
}

// Sum fixes what the function returned.
func Sum(vals ...any) { cur.Outcome = "returned " + Show(vals...) }

// Named gives the name of something that exists until it is removed, or an error.
func Named(dir, tag string) (string, error) {
	r, err := Open(tag)
	if err != nil {
		return "", err
	}
	name := dir + "tmp" + r.label()
	if cur.names == nil {
		cur.names = map[string]*Res{}
	}
	cur.names[name] = r
	return name, nil
}

// Remove ends what a name stands for.
func Remove(name string) error { return cur.names[name].Close() }

// Look uses what a name stands for.
func Look(name string, tag string) (int, error) { return cur.names[name].Read(tag) }
