package bodydecoded

import (
	"encoding/json"
	"fmt"
	"net/http"
)

type status struct {
	Up   bool
	Name string
}

func Statuses(c *http.Client, urls []string) ([]status, error) {
	out := make([]status, len(urls))
	for i, u := range urls {
		resp, err := c.Get(u)
		if err != nil {
			return nil, err
		}
		defer resp.Body.Close()
		if resp.StatusCode != http.StatusOK {
			return nil, fmt.Errorf("%s: %s", u, resp.Status)
		}
		if err := json.NewDecoder(resp.Body).Decode(&out[i]); err != nil {
			return nil, err
		}
	}
	return out, nil
}
