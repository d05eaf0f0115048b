package main

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"sync"
	"time"
)

func pause(what string) {
	time.Sleep(time.Millisecond)
	fmt.Println("paused", what)
}

type embedded struct {
	sync.Mutex
	n int
}

// The lock is the value itself.
func (e *embedded) promoted() int {
	e.Lock()
	n := e.n
	e.Unlock()
	pause("promoted")
	return n
}

type guarded[T any] struct {
	mu    *sync.RWMutex
	value T
}

// A generic receiver, and a lock that it points to.
func (g *guarded[T]) generic() T {
	g.mu.RLock()
	value := g.value
	g.mu.RUnlock()
	pause("generic")
	return value
}

// A file on disk.
func fromDisk(name string) (int64, error) {
	var size int64
	if err := func() error {
		f, err := os.Open(name)
		if err != nil {
			return err
		}
		defer f.Close()
		info, err := f.Stat()
		if err != nil {
			return err
		}
		size = info.Size()
		return nil
	}(); err != nil {
		return 0, err
	}
	pause("disk")
	return size, nil
}

// A listener, whose address has to be known later.
func listens() (string, error) {
	var network string
	if err := func() error {
		l, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			return err
		}
		defer l.Close()
		network = l.Addr().Network()
		return nil
	}(); err != nil {
		return "", err
	}
	pause("listens")
	return network, nil
}

// In a literal others may use what comes from outside: no finding.
func inGoroutine(e *embedded) {
	done := make(chan bool)
	go func() {
		defer close(done)
		func() {
			e.Lock()
			defer e.Unlock()
			e.n++
			pause("goroutine")
		}()
	}()
	<-done
}

// Of two locks the inner one can go.
func both(a, b *embedded) int {
	a.Lock()
	defer a.Unlock()
	b.Lock()
	n := b.n
	b.Unlock()
	pause("both")
	a.n += n
	return n
}

// The error's way out comes after what takes long.
func failsLate(e *embedded) (n int, err error) {
	e.Lock()
	n = e.n
	e.Unlock()
	pause("fails late")
	if n < 0 {
		err = errors.New("negative")
		return
	}
	return n, nil
}

// Deferred calls from above are made at the end as before.
func below(e *embedded) {
	defer fmt.Println("~ below")
	e.Lock()
	e.n = 1
	e.Unlock()
	pause("below")
}

// Another program, for its output.
func runs(e *embedded) ([]byte, error) {
	e.Lock()
	name := fmt.Sprint(e.n)
	e.Unlock()
	return exec.Command("echo", name).Output()
}

// The network, by a client.
func asks(e *embedded, client *http.Client, request *http.Request) error {
	e.Lock()
	e.n++
	e.Unlock()
	answer, err := client.Do(request)
	if err != nil {
		return err
	}
	return answer.Body.Close()
}

// A database, with a context.
func queries(ctx context.Context, e *embedded, db *sql.DB) (count int, err error) {
	e.Lock()
	e.n++
	e.Unlock()
	err = db.QueryRowContext(ctx, "SELECT 1").Scan(&count)
	return count, err
}

// A connection.
func dials(e *embedded, address string) error {
	e.Lock()
	e.n++
	e.Unlock()
	c, err := net.DialTimeout("tcp", address, time.Second)
	if err != nil {
		return err
	}
	return c.Close()
}

// One of the results is thrown away.
func thrownAway(e *embedded) error {
	var err error
	func() {
		e.Lock()
		defer e.Unlock()
		_, err = fmt.Println("thrown away", e.n)
	}()
	pause("thrown away")
	return err
}

// In a condition that is tested on each pass.
func polls(e *embedded) {
	e.Lock()
	n := e.n
	e.Unlock()
	for ready(&n) {
		fmt.Println("not yet")
	}
}

func ready(n *int) bool {
	pause("ready")
	*n++
	return *n < 3
}

var _, _, _ = asks, queries, dials

func main() {
	e := &embedded{n: 2}
	fmt.Println(e.promoted())
	g := &guarded[string]{mu: &sync.RWMutex{}, value: "value"}
	fmt.Println(g.generic())
	_, err := fromDisk("/no/such/file")
	fmt.Println(err != nil)
	size, err := fromDisk(os.Args[0])
	fmt.Println(size > 0, err)
	fmt.Println(listens())
	inGoroutine(e)
	fmt.Println(both(&embedded{}, e))
	fmt.Println(failsLate(e))
	below(e)
	out, err := runs(e)
	fmt.Println(string(out), err)
	fmt.Println(thrownAway(e))
	polls(e)
	fmt.Println(e.TryLock())
}
