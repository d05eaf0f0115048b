package copypartsouterreader

import (
	"bufio"
	"io"
	"os"
)

func TotalLines(names []string) (total int, err error) {
	var lr *bufio.Reader
	for _, name := range names {
		f, err := os.Open(name)
		if err != nil {
			return 0, err
		}
		defer f.Close()
		lr = bufio.NewReader(f)
		for {
			_, err := lr.ReadString('\n')
			if err == io.EOF {
				break
			}
			if err != nil {
				return 0, err
			}
			total++
		}
	}
	return total, nil
}
