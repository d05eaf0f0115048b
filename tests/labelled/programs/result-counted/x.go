package resultcounted

func Depth(n int) (r int) {
	if n == 0 {
		return 0
	}
	for range 2 {
		defer func() {
			r++
		}()
	}
	r = Depth(n - 1)
	return
}
