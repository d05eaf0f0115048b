package main

import (
	"encoding/binary"
	"math/bits"
)

// A bitset is a set of small numbers.
type bitset []uint64

func (s bitset) has(i int) bool {
	return i/64 < len(s) && s[i/64]&(1<<(i%64)) != 0
}

// add reports whether i is new.
func (s *bitset) add(i int) bool {
	if s.has(i) {
		return false
	}
	s.extend(i/64 + 1)
	(*s)[i/64] |= 1 << (i % 64)
	return true
}

// extend makes room for a number of words.
func (s *bitset) extend(words int) {
	if words > len(*s) {
		*s = append(*s, make(bitset, words-len(*s))...)
	}
}

// union reports whether t had anything new.
func (s *bitset) union(t bitset) bool {
	changed := false
	t = t.trimmed()
	s.extend(len(t))
	for i, word := range t {
		if word&^(*s)[i] != 0 {
			(*s)[i] |= word
			changed = true
		}
	}
	return changed
}

// unionAnd adds what is in both t and u, and reports whether there was anything new.
func (s *bitset) unionAnd(t, u bitset) bool {
	words := min(len(t), len(u))
	for words > 0 && t[words-1]&u[words-1] == 0 {
		words--
	}
	changed := false
	s.extend(words)
	for i := range words {
		if word := t[i] & u[i]; word&^(*s)[i] != 0 {
			(*s)[i] |= word
			changed = true
		}
	}
	return changed
}

// trimmed is the set without the words at its end that have no members.
func (s bitset) trimmed() bitset {
	words := len(s)
	for words > 0 && s[words-1] == 0 {
		words--
	}
	return s[:words]
}

// appendTo adds the set, as it would be written down, to buf: equal sets give equal bytes.
func (s bitset) appendTo(buf []byte) []byte {
	for _, word := range s.trimmed() {
		buf = binary.LittleEndian.AppendUint64(buf, word)
	}
	return buf
}

func (s bitset) each(visit func(int)) {
	for i, word := range s {
		for ; word != 0; word &= word - 1 {
			visit(i*64 + bits.TrailingZeros64(word))
		}
	}
}

// size is the number of members.
func (s bitset) size() int {
	n := 0
	for _, word := range s {
		n += bits.OnesCount64(word)
	}
	return n
}

// equal reports whether both have the same members.
func (s bitset) equal(t bitset) bool {
	if len(s) > len(t) {
		s, t = t, s
	}
	for i, word := range s {
		if word != t[i] {
			return false
		}
	}
	return t[len(s):].size() == 0
}

// within reports whether all members of s are in t.
func (s bitset) within(t bitset) bool {
	for i, word := range s {
		if i < len(t) {
			word &^= t[i]
		}
		if word != 0 {
			return false
		}
	}
	return true
}

// without is s less what is in t.
func (s bitset) without(t bitset) bitset {
	left := make(bitset, len(s))
	for i, word := range s {
		if i < len(t) {
			word &^= t[i]
		}
		left[i] = word
	}
	return left
}

// and is what is in both.
func (s bitset) and(t bitset) bitset {
	both := make(bitset, min(len(s), len(t)))
	for i := range both {
		both[i] = s[i] & t[i]
	}
	return both
}

// empty reports whether nothing is in s.
func (s bitset) empty() bool { return !intersects(s, s) }
