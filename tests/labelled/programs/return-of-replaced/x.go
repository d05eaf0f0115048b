package returnofreplaced

import "iter"

func one(s string) iter.Seq[string] {
	return func(yield func(string) bool) { yield(s) }
}

func Named() (name string) {
	set := func(s string) { name = s }
	for s := range one("first") {
		defer set(s)
		return s + " replaced"
	}
	return "none"
}
