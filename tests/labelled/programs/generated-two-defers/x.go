package generatedtwodefers

import (
	"bytes"
	"fmt"
	"log"
	"os"
	"strings"
)

func Emit(names []string, needTable func(string) bool) {
	for _, name := range names {
		f, err := os.Create(strings.ToLower(name) + ".gen")
		if err != nil {
			log.Fatal(err)
		}
		defer f.Close()
		var buf bytes.Buffer
		fmt.Fprintf(&buf, "name %s\n", name)
		if _, err := f.Write(buf.Bytes()); err != nil {
			log.Fatal(err)
		}
		if !needTable(name) {
			continue
		}
		tmp, err := os.CreateTemp("", "table")
		if err != nil {
			log.Fatal(err)
		}
		defer os.Remove(tmp.Name())
		fmt.Fprintln(tmp, name)
		if err := tmp.Close(); err != nil {
			log.Fatal(err)
		}
		b, err := os.ReadFile(tmp.Name())
		if err != nil {
			log.Fatal(err)
		}
		if _, err := f.Write(b); err != nil {
			log.Fatal(err)
		}
	}
}
