package foundandbroken

import (
	"errors"
	"io"
	"os"
	"path/filepath"
)

func NearestConfig(dir string) ([]byte, error) {
	var f *os.File
	for {
		var err error
		f, err = os.Open(filepath.Join(dir, ".config"))
		if err == nil {
			defer f.Close()
			break
		}
		if !os.IsNotExist(err) {
			return nil, err
		}
		if dir == "." || dir == "/" {
			return nil, errors.New("no config")
		}
		dir = filepath.Dir(dir)
	}
	return io.ReadAll(f)
}
