package unconditionalbreak

import (
	"io"
	"net/http"
)

func FirstBody(urls []string) (string, error) {
	var got string
	for _, u := range urls {
		res, err := http.Get(u)
		if err != nil {
			continue
		}
		defer res.Body.Close()
		b, err := io.ReadAll(res.Body)
		if err != nil {
			return "", err
		}
		got = string(b)
		break
	}
	return got, nil
}
