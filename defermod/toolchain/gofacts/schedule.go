package main

import (
	"slices"
	"sort"
)

// library stands among the functions of a package for the whole standard library: it calls
// methods of what it is given, and most functions call it.
const library = ""

// A schedule says which function to solve next: those that call one another, or may by way
// of interfaces, are solved again and again until nothing is new, and only then those that
// call them, so that most are solved once.
type schedule struct {
	group   map[string]int // the strongly connected components of the calls, callees first; after them see add
	members [][]string     // by group
	queues  [][]string     // by group, first in, first out
	queued  map[string]bool
	first   int // no group before it has anything queued
	passed  int // the groups before it are over, see over
}

// newSchedule queues functions: their callers decide what is solved together, the callees
// that they name the order in which they are solved first.
func newSchedule(names []string, callers map[string][]string, bodies map[string]*body) *schedule {
	s := &schedule{group: make(map[string]int), queued: make(map[string]bool)}
	all := append(slices.Clip(names), library)
	number := make(map[string]int)
	for i, name := range all {
		number[name] = i
	}
	groups := components(len(all), func(i int, visit func(int)) {
		for _, caller := range callers[all[i]] {
			visit(number[caller])
		}
	})
	s.queues, s.members = make([][]string, len(groups)+1), make([][]string, len(groups)+1) // one for add
	for i, members := range groups {                                                       // callers come first in it, as they are what the edges lead to
		g := len(groups) - 1 - i
		for _, member := range members {
			s.group[all[member]] = g
			s.members[g] = append(s.members[g], all[member])
		}
	}
	for _, name := range calleesFirst(names, bodies) {
		s.add(name)
	}
	return s
}

// add queues a function.  One whose group is over rests on what is solved now in a way that the calls in sight don't
// show.  It is solved again after all others, in the last group with all of its kind: each of those others may be news to it.
func (s *schedule) add(name string) {
	if s.queued[name] {
		return
	}
	s.queued[name] = true
	if last := len(s.queues) - 1; s.group[name] < s.first {
		s.group[name] = last
		s.members[last] = append(s.members[last], name)
	}
	g := s.group[name]
	s.queues[g] = append(s.queues[g], name)
}

// over are the functions of the groups that have been passed since it was last asked: they are queued no more, but for
// those that add moves to a later group.
func (s *schedule) over() (list []string) {
	for ; s.passed < s.first; s.passed++ {
		for _, name := range s.members[s.passed] {
			if s.group[name] == s.passed {
				list = append(list, name)
			}
		}
	}
	return list
}

// next takes a function out, false if there is none.
func (s *schedule) next() (string, bool) {
	for s.first < len(s.queues) && len(s.queues[s.first]) == 0 {
		s.first++
	}
	if s.first == len(s.queues) {
		return "", false
	}
	name := s.queues[s.first][0]
	s.queues[s.first] = s.queues[s.first][1:]
	s.queued[name] = false
	return name, true
}

// calleesFirst orders functions so that most are solved once.
func calleesFirst(names []string, bodies map[string]*body) []string {
	var order []string
	seen := make(map[string]bool)
	var visit func(name string)
	visit = func(name string) {
		b := bodies[name]
		if b == nil || seen[name] {
			return
		}
		seen[name] = true
		var callees []string
		for c := range b.callees {
			callees = append(callees, c)
		}
		sort.Strings(callees)
		for _, c := range callees {
			visit(c)
		}
		order = append(order, name)
	}
	for _, name := range names {
		visit(name)
	}
	return order
}
