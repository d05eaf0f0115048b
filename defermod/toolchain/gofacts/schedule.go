package main

import (
	"slices"
	"sort"
)

// A schedule says which function to solve next: those that call one another, or may by way
// of interfaces, are solved again and again until nothing is new, and only then those that
// call them, so that most are solved once.
type schedule struct {
	group  map[string]int // the strongly connected components of the calls, callees first
	queues [][]string     // by group, first in, first out
	queued map[string]bool
	first  int // no group before it has anything queued
}

// newSchedule queues functions: their callers decide what is solved together, the callees
// that they name the order in which they are solved first.
func newSchedule(names []string, callers map[string][]string, bodies map[string]*body) *schedule {
	s := &schedule{group: make(map[string]int), queued: make(map[string]bool)}
	components := connected(names, callers) // callers last, as callers are what the edges lead to
	s.queues = make([][]string, len(components))
	for i, members := range components {
		for _, name := range members {
			s.group[name] = len(components) - 1 - i
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
		s.first = min(s.first, g)
	}
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

// connected finds the strongly connected components of a graph by Tarjan's algorithm, those
// that an edge leads to before those that it comes from.
func connected(names []string, edges map[string][]string) [][]string {
	var components [][]string
	number := make(map[string]int) // in order of visits, from 1
	low := make(map[string]int)    // 0 once the component is known
	var stack []string
	var visit func(name string)
	visit = func(name string) {
		number[name] = len(number) + 1
		low[name] = number[name]
		stack = append(stack, name)
		for _, next := range edges[name] {
			if number[next] == 0 {
				visit(next)
			}
			if low[next] > 0 {
				low[name] = min(low[name], low[next])
			}
		}
		if low[name] < number[name] {
			return
		}
		bottom := slices.Index(stack, name)
		for _, member := range stack[bottom:] {
			low[member] = 0
		}
		components = append(components, slices.Clone(stack[bottom:]))
		stack = stack[:bottom]
	}
	for _, name := range names {
		if number[name] == 0 {
			visit(name)
		}
	}
	return components
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
