package doneofgroup

import "sync"

func Drain(jobs <-chan func(), wg *sync.WaitGroup) {
	for j := range jobs {
		defer wg.Done()
		j()
	}
}
