// Package rt, as the type checker gets to see it: the log and the decisions are left out, since a rewrite may well move
// what it moves in them.  What is known by name alone is known to the file system.
package rt

import (
	"fmt"
	"os"
)

func next() int   { return os.Getpid() }
func number() int { return 1 }
func moment() int { return 1 }
func salt() int   { return os.Getpid() }

func log(tag, val string)               { fmt.Println(tag, val) }
func release(tag, val string, born int) { fmt.Println(tag, val, born) }

// Show formats values.
func Show(vals ...any) string { return fmt.Sprint(vals...) }

// Exit ends the program.
func Exit(code int) { os.Exit(code) }

// Sum fixes what the function returned.
func Sum(vals ...any) { fmt.Println(vals...) }

// Named gives the name of something that exists until it is removed, or an error.
func Named(dir, tag string) (string, error) { return os.MkdirTemp(dir, tag) }

// Remove ends what a name stands for.
func Remove(name string) error { return os.RemoveAll(name) }

// Look uses what a name stands for.
func Look(name string, tag string) (int, error) {
	info, err := os.Stat(name)
	if err != nil {
		return 0, err
	}
	return int(info.Size()), nil
}
