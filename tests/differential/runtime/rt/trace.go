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

// Ev logs values.
func Ev(tag string, vals ...any) { log(tag, Show(vals...)) }

// Loop logs where loop id stands: "iter", "post", "cond", "yield", "done".  Each but the one that opens
// an iteration ends the one before.
func Loop(mark string, id int) { log(mark, Show(id)) }

// Exit ends the program, as far as the trace can tell.
func Exit(code int) {
	log("exit", Show(code))
	cur.Outcome, cur.Ended = "ended with "+Show(code), true
	runtime.Goexit()
}

// Pick decides among n ways; without input it is 0.
func Pick(n int) int { return next() % n }

// Val logs and gives a small number.
func Val(tag string) int {
	n := next() % 7
	log(tag, Show(n))
	return n
}

// Str logs and gives a string.
func Str(tag string) string {
	s := "s" + Show(next()%5)
	log(tag, s)
	return s
}

// Yes logs and gives a condition.
func Yes(tag string) bool {
	b := next()%3 == 1
	log(tag, Show(b))
	return b
}

// Failure is a concrete error type: a nil one in an error interface isn't nil.
type Failure struct{ Tag string }

func (f *Failure) Error() string { return "failure " + f.Tag }

// Fail logs and gives an error or nil.
func Fail(tag string) error {
	if next()%3 == 1 {
		log(tag, "fails")
		return &Failure{tag}
	}
	log(tag, "passes")
	return nil
}

// Breakdown logs and gives a failure or a nil of its type.
func Breakdown(tag string) *Failure {
	err, _ := Fail(tag).(*Failure)
	return err
}

// Must logs and now and then panics.
func Must(tag string) int {
	n := next() % 8
	log(tag, Show(n))
	if n == 7 {
		panic("must " + tag)
	}
	return n
}

// Echo logs a value on its way through.
func Echo[T any](tag string, v T) T {
	log(tag, Show(v))
	return v
}

// Any gives a value of one of several types.
func Any(tag string) any {
	n := next() % 5
	log(tag, Show(n))
	return [...]any{nil, n, "text", error(&Failure{tag}), 2.5}[n]
}

// Source gives a channel that is ready to be received from, or one that never is.
func Source(tag string) chan int {
	n := next() % 3
	log(tag, Show(n))
	if n == 0 {
		return nil
	}
	ch := make(chan int, 1)
	if n == 1 {
		ch <- 5
	}
	close(ch)
	return ch
}

// Feed gives a closed channel with a few values left.
func Feed() chan int {
	ch := make(chan int, 4)
	for i := next() % 5; i > 0; i-- {
		ch <- i
	}
	close(ch)
	return ch
}

// Names gives a few strings.
func Names() []string { return []string{"ash", "birch", "", "oak"}[:1+next()%4] }

// Ages gives a map of at most one entry: a larger one has no order.
func Ages() map[string]int {
	if next()%4 == 0 {
		return map[string]int{}
	}
	return map[string]int{"elm": 9}
}

// Seq gives an iterator function that logs what the body of loop id tells it.
func Seq(id int) func(yield func(int) bool) {
	n := next() % 4
	return func(yield func(int) bool) {
		defer Ev("seq", "left")
		for i := 0; i < n; i++ {
			Loop("yield", id)
			if !yield(i) {
				Ev("seq", "stopped")
				return
			}
			Ev("seq", "goes on")
		}
		Ev("seq", "ended")
	}
}

// Sum fixes what the function returned.
func Sum(vals ...any) { cur.Outcome = "returned " + Show(vals...) }
