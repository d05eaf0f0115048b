package deferredlocalappends

func Order(xs []int) ([]int, []int) {
	var seen []int
	for _, x := range xs {
		seen = append(seen, x)
		defer func() {
			seen = append(seen, -x)
		}()
		if x == 3 {
			return seen, seen
		}
	}
	return nil, seen
}
