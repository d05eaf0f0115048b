package main

import (
	"errors"
	"fmt"
	"strings"
	"time"
)

type entry struct {
	line   string
	closed bool
}

func parse(line string) (*entry, error) {
	if !strings.Contains(line, " ") {
		return nil, errors.New("malformed: " + line)
	}
	fmt.Println("parse", line)
	return &entry{line: line}, nil
}

func (e *entry) age() (time.Duration, error) {
	fmt.Println("age of", e.line, e.closed)
	_, age, _ := strings.Cut(e.line, " ")
	return time.ParseDuration(age)
}

func (e *entry) Close() {
	e.closed = true
	fmt.Println("~ close", e.line)
}

func oldest(limit time.Duration, lines ...string) (error, *strings.Builder, time.Duration) {
	var sb strings.Builder
	for _, line := range lines {
		if done, err, builder, age := func() (bool, error, *strings.Builder, time.Duration) {
			e, err := parse(line)
			if err != nil {
				return true, err, nil, 0
			}
			defer e.Close()
			age, err := e.age()
			if err != nil {
				return true, err, nil, -1
			}
			if age > limit {
				return true, nil, &sb, age
			}
			sb.WriteString(line)
			return false, nil, nil, 0
		}(); done {
			return err, builder, age
		}
	}
	return nil, nil, limit
}

func main() {
	show := func(err error, sb *strings.Builder, d time.Duration) {
		fmt.Println(err, sb, d)
	}
	show(oldest(time.Hour, "a 1m", "b 2m"))
	show(oldest(time.Hour, "a 1m", "b 2h", "c 3h"))
	show(oldest(time.Hour, "a 1m", "b x"))
	show(oldest(time.Hour, "a"))
}
