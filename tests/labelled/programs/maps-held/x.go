package mapsheld

import (
	"os"
	"syscall"
)

func Window(f *os.File, pages int) (sum int, err error) {
	size := os.Getpagesize()
	var all [][]byte
	for i := range pages {
		m, err := syscall.Mmap(int(f.Fd()), int64(i*size), size, syscall.PROT_READ, syscall.MAP_SHARED)
		if err != nil {
			return 0, err
		}
		defer syscall.Munmap(m)
		all = append(all, m)
	}
	for _, m := range all {
		sum += int(m[0])
	}
	return sum, nil
}
