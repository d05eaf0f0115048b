package temptreefatal

import (
	"io"
	"log"
	"os"
	"path/filepath"
)

type doc struct{ name, body string }

func writeDocs(docs []doc) string {
	dir, err := os.MkdirTemp("", "docs")
	if err != nil {
		log.Fatal(err)
	}
	for _, d := range docs {
		f, err := os.Create(filepath.Join(dir, d.name))
		if err != nil {
			log.Fatal(err)
		}
		defer f.Close()
		if _, err = io.WriteString(f, d.body); err != nil {
			log.Fatal(err)
		}
	}
	return dir
}
