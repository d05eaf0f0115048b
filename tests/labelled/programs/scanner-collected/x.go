package scannercollected

import (
	"bufio"
	"os"
)

type record struct {
	sc *bufio.Scanner
	n  int
}

func wrap(f *os.File) *bufio.Scanner { return bufio.NewScanner(f) }

func newRecord(sc *bufio.Scanner) record { return record{sc: sc} }

func Interleave(names []string) ([]string, error) {
	var recs []record
	for _, n := range names {
		f, err := os.Open(n)
		if err != nil {
			return nil, err
		}
		defer f.Close()
		recs = append(recs, newRecord(wrap(f)))
	}
	var out []string
	for i := range recs {
		for recs[i].sc.Scan() {
			out = append(out, recs[i].sc.Text())
		}
	}
	return out, nil
}
