package opaquecleanup

type harness interface {
	Prepare(name string) (cleanup func())
	Run(name string) error
}

func RunAll(h harness, names []string) error {
	for _, n := range names {
		cleanup := h.Prepare(n)
		defer cleanup()
		if err := h.Run(n); err != nil {
			return err
		}
	}
	return nil
}
