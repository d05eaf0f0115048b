package main

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"time"
)

// checkAll asks every server for its health, and stops at the first that says it is broken.
func checkAll(ctx context.Context, client *http.Client, urls []string) (int, error) {
	checked := 0
	for _, url := range urls {
		ctx, cancel := context.WithTimeout(ctx, 5*time.Second)
		defer cancel()

		req, err := http.NewRequestWithContext(ctx, http.MethodGet, url+"/health", nil)
		if err != nil {
			return 0, err
		}
		resp, err := client.Do(req)
		if err != nil {
			fmt.Println(url, "does not answer:", err)
			continue
		}
		defer resp.Body.Close()
		if resp.StatusCode >= http.StatusInternalServerError {
			return 0, fmt.Errorf("%s: %s", url, resp.Status)
		}
		checked++
	}
	return checked, nil
}

// firstHealthy returns the status of the first server that answers.
func firstHealthy(client *http.Client, urls []string) (string, error) {
	for _, url := range urls {
		resp, err := client.Get(url + "/health")
		if err != nil {
			continue
		}
		defer resp.Body.Close() // runs at most once: no finding
		return resp.Status, nil
	}
	return "", errors.New("no server answers")
}
