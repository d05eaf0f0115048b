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
	group   map[string]int // the strongly connected components of the calls, callees first
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
	s.queues, s.members = make([][]string, len(groups)), make([][]string, len(groups))
	for i, members := range groups { // callers come first in it, as they are what the edges lead to
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

func (s *schedule) add(name string) {
	if !s.queued[name] {
		s.queued[name] = true
		g := s.group[name]
		s.queues[g] = append(s.queues[g], name)
		s.first, s.passed = min(s.first, g), min(s.passed, g)
	}
}

// over are the functions that have been passed since it was last asked: they are queued no more, unless the summary of
// a function that comes later, which they call in a way that the calls in sight don't show, changes.
func (s *schedule) over() (list []string) {
	for ; s.passed < s.first; s.passed++ {
		list = append(list, s.members[s.passed]...)
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
