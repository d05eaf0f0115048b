package refsuntilcreated

import "errors"

type images struct{ live map[string]int }

func (im *images) acquire(id string) string { im.live[id]++; return id }

func (im *images) release(id string) {
	if im.live[id]--; im.live[id] <= 0 {
		delete(im.live, id)
	}
}

func (im *images) create(config []string) error {
	for _, id := range config {
		if im.live[id] == 0 {
			return errors.New("no layer " + id)
		}
	}
	return nil
}

func (im *images) Load(configs [][]string) error {
	for _, cfg := range configs {
		for _, id := range cfg {
			l := im.acquire(id)
			defer im.release(l)
			if l == "" {
				return errors.New("empty id")
			}
		}
		if err := im.create(cfg); err != nil {
			return err
		}
	}
	return nil
}
