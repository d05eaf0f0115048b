package main

import "fmt"

type remote struct {
	url  string
	gone bool
}

func fetch(url string) *remote {
	fmt.Println("fetch", url)
	return &remote{url: url}
}

func (r *remote) Close() {
	r.gone = true
	fmt.Println("~ close", r.url)
}

func read(cached map[string]string, urls ...string) {
	for _, url := range urls {
		if text, ok := cached[url]; ok {
			fmt.Println("cached", text)
		} else if url == "" {
			fmt.Println("no url")
		} else {
			func() {
				r := fetch(url)
				defer r.Close()
				fmt.Println("read", r.url, r.gone)
			}()
		}
	}
	fmt.Println("read all")
}

func main() {
	read(map[string]string{"/a": "text of a"}, "/a", "/b", "", "/c")
}
