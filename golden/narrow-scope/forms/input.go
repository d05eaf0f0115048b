package main

import (
	"bufio"
	"fmt"
	"strings"
	"time"
)

type file struct {
	*strings.Reader
	name string
}

func (f *file) Close() error {
	fmt.Println("~ close", f.name)
	return nil
}

func (f *file) Name() string { return f.name }

func open(name, text string) *file { return &file{strings.NewReader(text), name} }

func pause(what string) {
	time.Sleep(time.Millisecond)
	fmt.Println("paused", what)
}

func pauseDeep(what string) { pause(what) }

// The call comes after the last use: nothing in between can panic or leave.
func call() {
	f := open("call", "x")
	defer f.Close()
	fmt.Println(f.name)
	name := "name"
	pauseDeep(name)
}

// What was made from it counts as it.
func derived() (lines []string) {
	f := open("derived", "a\nb\n")
	defer f.Close()
	scanner := bufio.NewScanner(f)
	for scanner.Scan() {
		lines = append(lines, scanner.Text())
	}
	// Later code keeps its comments.
	pause("derived")
	return lines
}

func hoisted() string {
	f := open("hoisted", "x")
	defer f.Close()
	name := strings.ToUpper(f.Name())
	pause("hoisted")
	return name
}

func needed(n int) (string, error) {
	f := open("needed", "some text")
	defer f.Close() // at the end
	buf := make([]byte, n)
	if _, err := f.Read(buf); err != nil {
		return "", fmt.Errorf("read: %w", err)
	}
	text := string(buf)
	pause("needed")
	return text, nil
}

func main() {
	call()
	fmt.Println(derived())
	fmt.Println(hoisted())
	fmt.Println(needed(4))
}
