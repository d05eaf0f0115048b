package main

import "fmt"

type mount struct {
	device, dir string
	busy        bool
}

func attach(device, dir string) *mount {
	fmt.Println("mount", device, "on", dir)
	return &mount{device, dir, true}
}

func (m *mount) check() { fmt.Println("check", m.device, m.busy) }

func (m *mount) Close() error {
	m.busy = false
	fmt.Println("~ unmount", m.dir)
	return nil
}

func checkMounts(table map[string]string) {
	for device, dir := range table {
		func() {
			m := attach(device, dir)
			defer m.Close()
			m.check()
		}()
	}
	fmt.Println("checked", len(table))
}

func main() {
	checkMounts(map[string]string{"sda1": "/"})
	checkMounts(map[string]string{})
}
