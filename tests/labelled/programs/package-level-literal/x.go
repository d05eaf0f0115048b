package packagelevelliteral

import (
	"fmt"
	"os"
)

var loadTable = func(names []string) map[string]int {
	table := map[string]int{}
	for _, n := range names {
		f, err := os.Open(n)
		if err != nil {
			panic(err)
		}
		defer f.Close()
		var v int
		if _, err := fmt.Fscan(f, &v); err != nil {
			panic(err)
		}
		table[n] = v
	}
	return table
}

func Table() map[string]int { return loadTable([]string{"a", "b"}) }
