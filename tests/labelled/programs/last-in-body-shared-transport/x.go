package lastinbodysharedtransport

import (
	"fmt"
	"net/http"
	"strings"
)

func TwoRequests(rt http.RoundTripper, url string) error {
	for i := range 2 {
		req, err := http.NewRequest(http.MethodPost, url, strings.NewReader("a"))
		if err != nil {
			return err
		}
		res, err := rt.RoundTrip(req)
		if err != nil {
			return fmt.Errorf("request %d: %w", i+1, err)
		}
		defer res.Body.Close()
	}
	return nil
}
