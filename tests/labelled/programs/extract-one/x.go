package extractone

import (
	"archive/tar"
	"errors"
	"io"
	"os"
	"path/filepath"
)

func Extract(tr *tar.Reader, name, dst string) error {
	for {
		h, err := tr.Next()
		if err == io.EOF {
			break
		}
		if err != nil {
			return err
		}
		if h.Typeflag == tar.TypeReg && filepath.Base(h.Name) == name {
			out, err := os.Create(dst)
			if err != nil {
				return err
			}
			defer out.Close()
			_, err = io.Copy(out, tr)
			return err
		}
	}
	return errors.New("not in the archive")
}
