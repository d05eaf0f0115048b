package closeerrortoresult

import "os"

func WriteAll(names []string, b []byte) (err error) {
	for _, n := range names {
		var f *os.File
		f, err = os.Create(n)
		if err != nil {
			return err
		}
		defer func() {
			if e := f.Close(); err == nil {
				err = e
			}
		}()
		if _, err = f.Write(b); err != nil {
			return err
		}
	}
	return nil
}
