package recoverafterloop

import "log"

func Trip(limit int) {
	for n := 0; ; n++ {
		defer func(k int) {
			if recover() != "tripped" {
				log.Print("another panic in ", k)
			}
		}(n)
		if n > limit {
			break
		}
	}
	panic("tripped")
}
