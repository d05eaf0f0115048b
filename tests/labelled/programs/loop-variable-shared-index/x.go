package loopvariablesharedindex

import "os"

func CloseByIndex(files []*os.File, use func(*os.File)) {
	for i := 0; i < len(files); i++ {
		defer func() {
			if i < len(files) {
				files[i].Close()
			}
		}()
		use(files[i])
	}
}
