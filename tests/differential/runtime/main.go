// The differential program: every generated function, before and after, over the same inputs.
package main

import (
	after "difftest/after"
	before "difftest/before"
	"difftest/rt"
)

func main() { rt.Main(before.Cases, after.Cases) }
