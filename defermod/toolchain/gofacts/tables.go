package main

import "strings"

// The tables say of functions, mostly of the standard library, what their bodies don't
// say plainly. They are believed, so a line needs a reason that can be read in the
// documentation. There are four, each read by the file of its analysis:
//
//	known.txt    where the operands flow            summary.go, known.go
//	effects.txt  what else a call does              effects.go
//	family.txt   what the smaller rules ask for     family.go
//	quiet.txt    what can't panic                   calm.go
//
// A line is a name as funcName gives it, and words. Lines that begin with # are comments.
//
//	(*os.File).Close     a method
//	.Close()(error)      the method of any interface with this name and signature, if it has
//	                     no line of its own (known.txt, effects.txt)
//	package.*            every function of the package that has no line (effects.txt, family.txt)
//	(*package.T).*       every method of the type that has no line, likewise
//
// Operands are counted from 0, the receiver of a method first; so are results.
//
// Flows (known.txt, and summaries):
//
//	p0>r0     operand 0, or a thing that it leads to, may be result 0
//	p0>i0     it may be held by result 0, which is new
//	i0>heap   what lies in operand 0 may be kept, but not operand 0 itself
//	p1>p0     operand 1 may be stored in what operand 0 leads to
//	p1>o0     it may be stored in what operand 0 itself points to, or is a map or slice of, and no deeper
//	p0>heap   operand 0 may be kept where other code finds it
//	p0>lent   a method of an interface gets it that by convention does not keep it
//	p0>over   a goroutine has it that goes on only when a context has ended which is among that
//	p0>w0     a goroutine has it that is over once something was received from result 0, or, w1, once that is
//	          closed; w2 and w3: result 1, and so on
//	p0>?      nothing is known of where it goes
//	b0>p0     what operand 0 leads to may hold what the function has made, which the other
//	          ends with such a flow hold, too
//	b1>p0     it may hold functions that the function has made, and types of the program's own
//	m0>r0     as p0>r0, but for no more than plain memory in operand 0,
//	t0>r0     for strings in it,
//	n0>r0     for numbers in it,
//	f0>r0     or for the number of a file descriptor
//	g0>r0     what operand 0, a function, gives as its result 0 when it is called may be result 0;
//	          g8 and up: operand 1, and so on (maxGiven)
//	h0>r0     so may a thing that this leads to
//	recovers  it recovers panics when it is deferred
//	-         operands are used during the call and no longer
//
// Effects (effects.txt, and summaries); as summaries have them, the place in the body
// follows, as in w:0@pool.go:41:3:
//
//	e:fs+acq  has the effects fs and acq: see effectNames
//	w:0       writes to what operand 0 points to, and no deeper
//	d:0       writes to what operand 0 leads to
//	v:0, x:0  reads it, likewise
//	c:0       calls functions that operand 0 leads to
//	r         of a result that is a function, or leads to one: calling it does nothing
//	r.w:0     calling it does w:0; so with all other words, and r.r.w:0 of its own results.
//	          w:-1 is what result 0 of the function itself points to, w:-2 result 1
//	-         does nothing
//
// of effects.txt alone:
//
//	fresh       names what it makes itself, so that nobody else knows the name
//	fresh:0=""  if argument 0 can be nothing but this
//	p:none      passes none of its operands on to methods that it calls of them
//	fills       of package.*: writes to what operands point to, and to numbers in slices
//	assumes:x   rests on the assumption x
//	others:x    likewise, unless the library has made operand 0
//
// and of summaries alone:
//
//	n:0       result 0 is a name that the function, or the system, chose, or has one
//	u:0       tells operand 0, over the network, somebody whom it does not name
//	o:0       result 0 is what the method of an interface gave, and only to the function
//	g:0       result 0 is what functions give which it is given, and nothing else
//	a:x       rests on the assumption x
//	k:0@A;B   calls the methods A and B of interfaces that operand 0 leads to
//	j:0=A     of these, A is called of operand 0 itself, and only the caller can know what it does
//	p:0, t:0  passes operand 0, or strings and numbers in it, on to such methods
//	y:0@T;U   result 0, an interface, is a T or a U
//	z:0@T;U   result 0 holds a T or a U of the program's own that the function has made;
//	          z:-1: an operand does
//	unknown   nothing is known of the flows
//	effects   the effects are known: those that are said, or none
//
// Traits (family.txt):
//
//	quits       ends the program, without its deferred calls
//	elapsed     its result says how much time has gone by since a time that it is given
//	frames      asks for the lines of its callers
//	nilproof=0  compares operand 0 with nil
//	releases=0  may release operand 0: something of the operating system or of another program
//	unlocks=0   unlocks a mutex in operand 0
//	slow=word   may take long: sleeps, waits, network, conn (reads and writes of one
//	            connection), disk, process, database
//
// Calm (quiet.txt, and summaries):
//
//	quiet       can neither panic nor run code that nothing is known about
//	quiet=0,1   if operands 0 and 1 are no nil pointers
//	pure        writes nothing that others can see, and does not synchronise with other goroutines
//	plain       all that only if no type that it is made for may hold an interface

// eachLine calls f with the name and the words of each line of a table.
func eachLine(table string, f func(name string, words []string)) {
	for _, line := range strings.Split(table, "\n") {
		if words := strings.Fields(line); len(words) > 0 && line[0] != '#' {
			f(words[0], words[1:])
		}
	}
}
