package main

import (
	"errors"
	"fmt"
	"io"
	"strings"
)

type body struct {
	io.Reader
	url string
}

func (b *body) Close() error {
	fmt.Println("~ close", b.url)
	return nil
}

type response struct {
	Status int
	Body   io.ReadCloser
}

func get(url string) (*response, error) {
	if url == "" {
		return nil, errors.New("no host")
	}
	fmt.Println("get", url)
	status := 200
	if strings.HasSuffix(url, "x") {
		status = 404
	}
	return &response{status, &body{strings.NewReader("page " + url), url}}, nil
}

func fetchAll(urls ...string) (pages []string, err error) {
	for _, url := range urls {
		if err := func() error {
			resp, err := get(url)
			if err != nil {
				fmt.Println("skip:", err)
				return nil
			}
			defer resp.Body.Close()
			if resp.Status != 200 {
				return fmt.Errorf("%s: status %d", url, resp.Status)
			}
			page, err := io.ReadAll(resp.Body)
			if err != nil {
				return err
			}
			pages = append(pages, string(page))
			return nil
		}(); err != nil {
			return nil, err
		}
	}
	return pages, nil
}

func main() {
	fmt.Println(fetchAll("/a", "", "/b"))
	fmt.Println(fetchAll("/a", "/x", "/b"))
}
