package stringsfromstore

type result struct{ labels []string }

type querier interface {
	Select(q string) ([]string, error)
	Close() error
}

func Answer(open func() (querier, error), qs []string) ([]result, error) {
	out := make([]result, len(qs))
	for i, q := range qs {
		qr, err := open()
		if err != nil {
			return nil, err
		}
		defer qr.Close()
		out[i].labels, err = qr.Select(q)
		if err != nil {
			return nil, err
		}
	}
	return out, nil
}
