package main

import "fmt"

type match struct{ host, key string }

func (m *match) use() { fmt.Println("use", m.host, m.key) }

func (m *match) Close() { fmt.Println("~ drop", m.host, m.key) }

func find(hosts, keys []string, works string) string {
	var m *match
search:
	for _, host := range hosts {
		for _, key := range keys {
			if host+key != works {
				continue
			}
			m = &match{host, key}
			defer m.Close()
			m.use()
			break search
		}
	}
	if m == nil {
		return "no match"
	}
	m.use()
	return m.host
}

func main() {
	fmt.Println(find([]string{"a", "b"}, []string{"1", "2"}, "b1"))
	fmt.Println(find([]string{"a", "b"}, []string{"1", "2"}, "c9"))
}
