package handleattrs

import (
	"syscall"
	"testing"
)

func openRaw(name string) (int, error) { return syscall.Open(name, syscall.O_RDONLY, 0) }

func sizeOf(fd int) (int64, error) {
	var st syscall.Stat_t
	if err := syscall.Fstat(fd, &st); err != nil {
		return 0, err
	}
	return st.Size, nil
}

func TestSizes(t *testing.T) {
	for name, want := range map[string]int64{"/dev/null": 0, "/dev/zero": 0} {
		fd, err := openRaw(name)
		if err != nil {
			t.Fatal(err)
		}
		defer func() {
			if err := syscall.Close(fd); err != nil {
				t.Error(err)
			}
		}()
		got, err := sizeOf(fd)
		if err != nil || got != want {
			t.Errorf("%s: %d, %v", name, got, err)
		}
	}
}
