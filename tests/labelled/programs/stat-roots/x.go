package statroots

import "syscall"

func FindRoot(roots []string, file string) (string, bool) {
	for _, r := range roots {
		var st syscall.Stat_t
		fd, err := syscall.Open(r, syscall.O_RDONLY, 0)
		if err != nil {
			continue
		}
		defer syscall.Close(fd)
		if err := syscall.Fstat(fd, &st); err == nil {
			return r + "/" + file, true
		}
	}
	return "", false
}
