// Package log stands in for the standard library's: what a deferred call logs is a release like itself.
package log

import "difftest/rt"

// Println logs.
func Println(tag string, vals ...any) { rt.Rel(tag, vals...) }

// Fatal logs and ends the program.
func Fatal(tag string, vals ...any) {
	rt.Ev(tag, vals...)
	rt.Exit(1)
}
