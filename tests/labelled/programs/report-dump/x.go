package reportdump

import (
	"fmt"
	"os"
)

type entry struct{ name, text string }

func DumpReports(groups [][]entry) error {
	for _, g := range groups {
		for _, e := range g {
			if e.text == "" {
				fmt.Println("empty:", e.name)
				continue
			}
			f, err := os.Create(e.name + ".txt")
			if err != nil {
				return fmt.Errorf("create report: %v", err)
			}
			defer f.Close()
			if _, err := f.WriteString(e.text); err != nil {
				return fmt.Errorf("write report: %v", err)
			}
			fmt.Println("written:", e.name)
		}
	}
	return nil
}
