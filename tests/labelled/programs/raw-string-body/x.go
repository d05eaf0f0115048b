package rawstringbody

import (
	"io"
	"os"
)

func Pages(names []string) error {
	for _, n := range names {
		f, err := os.Create(n + ".html")
		if err != nil {
			return err
		}
		defer f.Close()
		const page = `<html>
  <body>
	tab and spaces
  </body>
</html>
`
		if _, err := io.WriteString(f, page); err != nil {
			return err
		}
	}
	return nil
}
