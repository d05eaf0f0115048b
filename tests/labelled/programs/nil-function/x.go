package nilfunction

func LateNil(log func(string)) (state int) {
	defer func() {
		if recover() != nil && state != 2 {
			log("too early")
		}
	}()
	for range 1 {
		var f func()
		defer f()
	}
	state = 2
	return state
}
