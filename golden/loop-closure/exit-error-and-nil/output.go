package main

import (
	"errors"
	"fmt"
)

type mirror struct {
	url string
	up  bool
}

func connect(url string) (*mirror, error) {
	if url == "" {
		return nil, errors.New("empty url")
	}
	fmt.Println("connect", url)
	return &mirror{url, true}, nil
}

func (m *mirror) fetch(pkg string) (bool, error) {
	fmt.Println("fetch", pkg, "from", m.url, m.up)
	if m.url == "evil" {
		return false, errors.New("bad checksum")
	}
	return m.url == "full", nil
}

func (m *mirror) Close() error {
	m.up = false
	fmt.Println("~ disconnect", m.url)
	return nil
}

func install(pkg string, urls ...string) error {
	for _, url := range urls {
		if done, err := func() (bool, error) {
			m, err := connect(url)
			if err != nil {
				return true, err
			}
			defer m.Close()
			found, err := m.fetch(pkg)
			if err != nil {
				return true, fmt.Errorf("install %s: %w", pkg, err)
			}
			if found {
				fmt.Println("installed", pkg)
				return true, nil
			}
			return false, nil
		}(); done {
			return err
		}
	}
	return errors.New("not found")
}

func main() {
	fmt.Println(install("zlib", "old", "full", "evil"))
	fmt.Println(install("zlib", "old", "evil", "full"))
	fmt.Println(install("zlib", "old", ""))
	fmt.Println(install("zlib", "old"))
}
