package main

import "fmt"

type download struct {
	url    string
	closed bool
}

func start(url string) *download {
	fmt.Println("start", url)
	return &download{url: url}
}

func (d *download) Close(status string) {
	d.closed = true
	fmt.Println("~ close", d.url, status)
}

func downloadAll(urls ...string) {
	for i, url := range urls {
		func() {
			d := start(url)
			status := "aborted"
			defer func() {
				d.Close(status)
			}()
			if url == "" {
				return
			}
			fmt.Println("transfer", i, d.url, d.closed)
			status = fmt.Sprint("complete ", i)
		}()
	}
}

func main() {
	downloadAll("a", "", "c")
}
