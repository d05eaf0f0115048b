package pagedresponse

import (
	"encoding/json"
	"net/http"
	"net/url"
)

func All(client *http.Client, next string) (tags []string, err error) {
	for next != "" {
		resp, err := client.Get(next)
		if err != nil {
			return tags, err
		}
		defer resp.Body.Close()
		var page struct{ Tags []string }
		if err := json.NewDecoder(resp.Body).Decode(&page); err != nil {
			return tags, err
		}
		tags = append(tags, page.Tags...)
		link, err := url.Parse(resp.Header.Get("Link"))
		if err != nil {
			return tags, err
		}
		next = link.String()
	}
	return tags, nil
}
