package retrythenbody

import (
	"io"
	"net/http"
	"time"
)

func Answers(urls []string) ([]string, error) {
	var out []string
	for _, u := range urls {
		client := &http.Client{Timeout: 3 * time.Second}
		var resp *http.Response
		var err error
		for try := 0; try < 5; try++ {
			resp, err = client.Get(u)
			if err == nil {
				break
			}
			time.Sleep(time.Millisecond)
		}
		if err != nil {
			return nil, err
		}
		defer resp.Body.Close()
		b, err := io.ReadAll(resp.Body)
		if err != nil {
			return nil, err
		}
		out = append(out, string(b))
	}
	return out, nil
}
