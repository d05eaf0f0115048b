package recoverhelper

import "log"

func guard(name string) {
	if r := recover(); r != nil {
		log.Printf("%s: %v", name, r)
	}
}

func RunEach(jobs map[string]func()) {
	for name, j := range jobs {
		defer guard(name)
		j()
	}
}
