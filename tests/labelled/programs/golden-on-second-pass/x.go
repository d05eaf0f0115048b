package goldenonsecondpass

import (
	"bufio"
	"log"
	"net/http"
)

func Check(url string, lines []string, sum func(string) bool) error {
	for _, golden := range []bool{false, true} {
		var br *bufio.Reader
		if golden {
			resp, err := http.Get(url)
			if err != nil {
				return err
			}
			defer resp.Body.Close()
			br = bufio.NewReader(resp.Body)
		}
		all := ""
		for _, l := range lines {
			all += l
			if golden {
				want, err := br.ReadString('\n')
				if err != nil {
					return err
				}
				if want != l {
					log.Print("differs: ", l)
				}
			}
		}
		if sum(all) {
			return nil
		}
	}
	return nil
}
