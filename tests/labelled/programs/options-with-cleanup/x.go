package optionswithcleanup

import "os/exec"

type option func(*exec.Cmd) func()

func RunWith(name string, opts ...option) error {
	cmd := exec.Command(name)
	for _, o := range opts {
		undo := o(cmd)
		if undo != nil {
			defer undo()
		}
	}
	return cmd.Run()
}
