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
		func() {
			f := open(fields)
			defer f.Close()
			valid := false
		check:
			switch {
			case f.fields["name"] == "":
				fmt.Println("no name")
			case f.fields["mail"] == "":
				for key := range f.fields {
					if key == "phone" {
						break check
					}
				}
				fmt.Println("neither mail nor phone", f.closed)
			default:
				valid = true
			}
			if !valid {
				goto report
			}
			fmt.Println("valid", len(f.fields))
		report:
			{
				fmt.Println("form", i, valid)
			}
		}()
	}
}

func main() {
	checkAll(
		map[string]string{"name": "a", "mail": "a@example.org"},
		map[string]string{"name": "b"},
		map[string]string{"name": "c", "phone": "1"},
		nil,
	)
}
