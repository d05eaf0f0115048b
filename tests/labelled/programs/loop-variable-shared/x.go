package loopvariableshared

func Report(names []string, out func(string)) {
	for _, n := range names {
		defer func() {
			out("done with " + n)
		}()
		out("at " + n)
	}
}
