package handlesinherited

import (
	"os"
	"syscall"
)

func Spawn(argv []string, files []*os.File) (int, error) {
	fds := make([]uintptr, len(files))
	for i, f := range files {
		if f == nil {
			continue
		}
		d, err := syscall.Dup(int(f.Fd()))
		if err != nil {
			return 0, err
		}
		fds[i] = uintptr(d)
		defer syscall.Close(int(fds[i]))
	}
	return syscall.ForkExec(argv[0], argv, &syscall.ProcAttr{Files: fds})
}
