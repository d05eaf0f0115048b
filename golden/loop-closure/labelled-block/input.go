package main

import "fmt"

type form struct {
	fields map[string]string
	closed bool
}

func open(fields map[string]string) *form {
	fmt.Println("open", len(fields))
	return &form{fields: fields}
}

func (f *form) Close() {
	f.closed = true
	fmt.Println("~ close", len(f.fields))
}

func checkAll(forms ...map[string]string) {
	for i, fields := range forms {
		f := open(fields)
		defer f.Close()
		valid := false
	check:
		{
			if f.fields["name"] == "" {
				break check
			}
			if f.fields["mail"] == "" {
				fmt.Println("no mail", f.closed)
				break check
			}
			valid = true
		}
		fmt.Println("form", i, valid)
	}
}

func main() {
	checkAll(
		map[string]string{"name": "a", "mail": "a@example.org"},
		map[string]string{"name": "b"},
		nil,
	)
}
