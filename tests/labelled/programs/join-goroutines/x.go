package joingoroutines

func Parallel(n int, work func(int)) {
	c := make(chan bool, n)
	for i := range n {
		go func() {
			work(i)
			c <- true
		}()
		defer func() {
			<-c
		}()
	}
}
