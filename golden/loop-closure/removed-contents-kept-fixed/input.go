package main

import (
	"fmt"
	"os"
)

func main() {
	texts := map[int]string{}
	for i := 0; i < 2; i++ {
		f, err := os.CreateTemp("", "golden")
		if err != nil {
			panic(err)
		}
		f.WriteString(fmt.Sprint("text ", i))
		f.Close()
		name := f.Name()
		defer os.Remove(name)
		data, err := os.ReadFile(name)
		if err != nil {
			panic(err)
		}
		texts[i] = string(data)
	}
	fmt.Println(texts)
}
