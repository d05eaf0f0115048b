package tempnameifblock

import (
	"log"
	"os"
	"os/exec"
	"strings"
)

func unpack(p string) (string, error) {
	f, err := os.CreateTemp("", "unpacked")
	if err != nil {
		return "", err
	}
	return f.Name(), f.Close()
}

func Inspect(paths []string) {
	for _, p := range paths {
		exe := p
		if strings.HasSuffix(p, ".packed") {
			tmp, err := unpack(p)
			if err != nil {
				log.Print(err)
				continue
			}
			defer os.Remove(tmp)
			exe = tmp
		}
		out, err := exec.Command("file", exe).CombinedOutput()
		if err != nil {
			log.Printf("%v: %s", err, out)
		}
	}
}
