package main

import (
	"errors"
	"fmt"
	"time"
)

type server struct {
	name    string
	observe func(string, float64)
}

func elapsed(start time.Time) float64 { return time.Now().Sub(start).Seconds() }

func observe(name string, took float64) {
	if took < 0.01 {
		fmt.Println("!", name, "took no time")
	}
}

func label() string { return "label" }

func (s *server) field() {
	start := time.Now()
	defer s.observe(s.name, elapsed(start))
	time.Sleep(20 * time.Millisecond)
}

func called() {
	start := time.Now()
	defer observe(label(), elapsed(start))
	time.Sleep(20 * time.Millisecond)
}

func changed(name string) {
	start := time.Now()
	defer observe(name, elapsed(start))
	time.Sleep(20 * time.Millisecond)
	name = "changed"
}

func recoverAfter(name string, took float64) {
	if e := recover(); e != nil {
		fmt.Println("recovered", name)
	}
}

func recovers() {
	start := time.Now()
	defer recoverAfter("x", elapsed(start))
	time.Sleep(time.Millisecond)
}

func logError(err error) {
	if err == nil {
		fmt.Println("! no error")
	}
}

func result() (err error) {
	defer logError(err)
	return errors.New("result")
}

func variable() {
	var err error
	defer logError(err)
	err = errors.New("variable")
	fmt.Println(err)
}

func assignedBefore() (err error) {
	err = errors.New("before")
	defer logError(err)
	return err
}

func track(name string) func() {
	fmt.Println("begin", name)
	return func() { fmt.Println("end", name) }
}

func tracked() {
	fmt.Println("tracked")
	defer track("it")
}

func returnsMore() func(int) { return func(int) {} }

func wantsMore() {
	defer returnsMore()
	fmt.Println("wants more")
}

func main() {
	s := &server{"s", observe}
	s.field()
	called()
	recovers()
	changed("name")
	fmt.Println(result())
	variable()
	fmt.Println(assignedBefore())
	tracked()
	wantsMore()
}
