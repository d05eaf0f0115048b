package main

import (
	"errors"
	"fmt"
)

type unit struct {
	name    string
	stopped bool
}

func find(name string) (string, error) {
	fmt.Println("find", name)
	return name + ".service", nil
}

func start(file string) (*unit, error) {
	if file == "ssh.service" {
		return &unit{name: file}, errors.New("degraded")
	}
	return &unit{name: file}, nil
}

func (u *unit) status() { fmt.Println("status", u.name, u.stopped) }

func (u *unit) Stop() {
	u.stopped = true
	fmt.Println("~ stop", u.name)
}

func startAll(names []string) {
	for _, name := range names {
		file, err := find(name)
		report := func() { fmt.Println("report", name, err) }
		report()
		u, err := start(file)
		func() {
			defer u.Stop()
			report()
			u.status()
		}()
	}
}

func main() {
	startAll([]string{"cron", "ssh"})
}
