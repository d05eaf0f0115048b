package deletedeferred

func Forget(m map[string]int, keys []string) {
	func() {
		for _, k := range keys {
			defer delete(m, k)
		}
	}()
}
