package innerbranchfile

import (
	"io"
	"log"
	"os"
)

func Totals(names []string, withExtra bool) []int {
	var out []int
	for _, n := range names {
		total := len(n)
		if withExtra {
			f, err := os.Open(n + ".extra")
			if err != nil {
				log.Print(err)
				continue
			}
			defer f.Close()
			b, err := io.ReadAll(f)
			if err != nil {
				log.Print(err)
				continue
			}
			total += len(b)
		}
		out = append(out, total)
	}
	return out
}
