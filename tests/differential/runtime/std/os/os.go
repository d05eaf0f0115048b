// Package os stands in for the standard library's, with a tag more.
package os

import "difftest/rt"

// Open opens.
func Open(tag string) (*rt.Res, error) { return rt.Open(tag) }

// MkdirTemp makes something that is known by its name alone.
func MkdirTemp(dir, tag string) (string, error) { return rt.Named(dir, tag) }

// RemoveAll ends what a name stands for.
func RemoveAll(name string) error { return rt.Remove(name) }

// Exit ends the program.
func Exit(code int) { rt.Exit(code) }

// Stat uses what a name stands for.
func Stat(name string, tag string) (int, error) { return rt.Look(name, tag) }
