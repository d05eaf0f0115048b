package sharedoptionskey

func Allocate(request func(cfg string, opts map[string]string) (string, error), cfgs []string, opts map[string]string) ([]string, error) {
	var out []string
	for _, c := range cfgs {
		p, err := request(c, opts)
		if err != nil {
			return nil, err
		}
		if opts == nil {
			opts = map[string]string{}
		}
		opts["kind"] = "gateway"
		defer delete(opts, "kind")
		g, err := request("", opts)
		if err != nil {
			return nil, err
		}
		out = append(out, p+g)
	}
	return out, nil
}
