package main

import "fmt"

type logger struct {
	name   string
	closed bool
}

func open(name string) *logger {
	fmt.Println("open", name)
	return &logger{name: name}
}

func (l *logger) log(text string) { fmt.Println("log", l.name, text, l.closed) }

func (l *logger) Close() {
	l.closed = true
	fmt.Println("~ close", l.name)
}

func logToAll(text string, names ...string) {
	logs := []func(string){}
	for _, name := range names {
		l := open(name)
		defer l.Close()
		logs = append(logs, l.log)
	}
	for _, log := range logs {
		log(text)
	}
}

func main() {
	logToAll("hello", "a", "b")
}
