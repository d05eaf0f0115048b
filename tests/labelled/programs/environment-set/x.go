package environmentset

import (
	"os"
	"os/exec"
)

func RunIn(env map[string]string, name string) error {
	for k, v := range env {
		os.Setenv(k, v)
		defer os.Unsetenv(k)
	}
	return exec.Command(name).Run()
}
