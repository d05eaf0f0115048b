package stdinorfile

import (
	"fmt"
	"io"
	"os"
	"sort"
	"strings"
)

func decodeAll(r io.Reader) (string, error) {
	b, err := io.ReadAll(r)
	if err != nil {
		return "", err
	}
	return strings.TrimSpace(string(b)), nil
}

func PrintAll(args []string) error {
	lines := make([]string, 0, len(args))
	for _, arg := range args {
		var in io.Reader
		switch arg {
		case "-":
			in = os.Stdin
		default:
			f, err := os.Open(arg)
			if err != nil {
				return err
			}
			defer f.Close()
			in = f
		}
		s, err := decodeAll(in)
		if err != nil {
			return err
		}
		lines = append(lines, arg+": "+s)
	}
	sort.Strings(lines)
	fmt.Println(strings.Join(lines, "\n"))
	return nil
}
