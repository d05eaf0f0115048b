package typescopes

type scope struct {
	up    *scope
	names map[string]bool
}

type checker struct{ top *scope }

func (c *checker) open()  { c.top = &scope{c.top, map[string]bool{}} }
func (c *checker) close() { c.top = c.top.up }

func (c *checker) declare(n string) { c.top.names[n] = true }

func (c *checker) Specs(specs map[string][]string) {
	for name, params := range specs {
		c.declare(name)
		if len(params) > 0 {
			c.open()
			defer c.close()
			for _, p := range params {
				c.declare(p)
			}
		}
	}
}
