package gotopastloop

func Marks(xs []int) (out []int) {
	for _, x := range xs {
		defer func() {
			out = append(out, x*10)
		}()
		for _, y := range xs {
			if y == 3 {
				goto end
			}
			out = append(out, y)
		}
	}
end:
	out = append(out, 999)
	return
}
