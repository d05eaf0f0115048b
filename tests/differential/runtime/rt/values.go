package rt

// Ev logs values.
func Ev(tag string, vals ...any) { log(tag, Show(vals...)) }

// Loop logs where loop id stands: "iter", "post", "cond", "yield", "done".  Each but the one that opens
// an iteration ends the one before.
func Loop(mark string, id int) { log(mark, Show(id)) }

// Pick decides among n ways; without input it is 0.
func Pick(n int) int { return next() % n }

// Val logs and gives a small number.
func Val(tag string) int {
	n := next() % 7
	log(tag, Show(n))
	return n
}

// Str logs and gives a string.
func Str(tag string) string {
	s := "s" + Show(next()%5)
	log(tag, s)
	return s
}

// Yes logs and gives a condition.
func Yes(tag string) bool {
	b := next()%3 == 1
	log(tag, Show(b))
	return b
}

// Failure is a concrete error type: a nil one in an error interface isn't nil.
type Failure struct{ Tag string }

func (f *Failure) Error() string { return "failure " + f.Tag }

// Fail logs and gives an error or nil.
func Fail(tag string) error {
	if next()%3 == 1 {
		log(tag, "fails")
		return &Failure{tag}
	}
	log(tag, "passes")
	return nil
}

// Breakdown logs and gives a failure or a nil of its type.
func Breakdown(tag string) *Failure {
	err, _ := Fail(tag).(*Failure)
	return err
}

// Must logs and now and then panics.
func Must(tag string) int {
	n := next() % 8
	log(tag, Show(n))
	if n == 7 {
		panic("must " + tag)
	}
	return n
}

// Echo logs a value on its way through.
func Echo[T any](tag string, v T) T {
	log(tag, Show(v))
	return v
}

// Any gives a value of one of several types.
func Any(tag string) any {
	n := next() % 5
	log(tag, Show(n))
	return [...]any{nil, n, "text", error(&Failure{tag}), 2.5}[n]
}

// Source gives a channel that is ready to be received from, or one that never is.
func Source(tag string) chan int {
	n := next() % 3
	log(tag, Show(n))
	if n == 0 {
		return nil
	}
	ch := make(chan int, 1)
	if n == 1 {
		ch <- 5
	}
	close(ch)
	return ch
}

// Feed gives a closed channel with a few values left.
func Feed() chan int {
	ch := make(chan int, 4)
	for i := next() % 5; i > 0; i-- {
		ch <- i
	}
	close(ch)
	return ch
}

// Names gives a few strings.
func Names() []string { return []string{"ash", "birch", "", "oak"}[:1+next()%4] }

// Ages gives a map of at most one entry: a larger one has no order.
func Ages() map[string]int {
	if next()%4 == 0 {
		return map[string]int{}
	}
	return map[string]int{"elm": 9}
}

// Seq gives an iterator function that logs what the body of loop id tells it.
func Seq(id int) func(yield func(int) bool) {
	n := next() % 4
	return func(yield func(int) bool) {
		defer Ev("seq", "left")
		for i := 0; i < n; i++ {
			Loop("yield", id)
			if !yield(i) {
				Ev("seq", "stopped")
				return
			}
			Ev("seq", "goes on")
		}
		Ev("seq", "ended")
	}
}
