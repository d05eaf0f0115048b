package tempforchild

import (
	"log"
	"os"
	"os/exec"
)

func Generate(curves []string) {
	for _, c := range curves {
		log.Printf("generating %s", c)
		f, err := os.CreateTemp("", "chain-"+c)
		if err != nil {
			log.Fatal(err)
		}
		defer os.Remove(f.Name())
		if _, err := f.WriteString(c); err != nil {
			log.Fatal(err)
		}
		if err := f.Close(); err != nil {
			log.Fatal(err)
		}
		out, err := exec.Command("sort", f.Name()).Output()
		if err != nil {
			log.Fatal(err)
		}
		if err := os.WriteFile(c+".out", out, 0o644); err != nil {
			log.Fatal(err)
		}
	}
}
