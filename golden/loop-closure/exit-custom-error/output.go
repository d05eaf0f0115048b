package main

import "fmt"

type parseError struct {
	line int
	text string
}

func (e *parseError) Error() string { return fmt.Sprintf("line %d: %s", e.line, e.text) }

type statement struct {
	text   string
	closed bool
}

func open(text string) *statement {
	fmt.Println("open", text)
	return &statement{text: text}
}

func (s *statement) parse(line int) *parseError {
	fmt.Println("parse", s.text, s.closed)
	if s.text == "?" {
		return &parseError{line, "unexpected ?"}
	}
	return nil
}

func (s *statement) Close() {
	s.closed = true
	fmt.Println("~ close", s.text)
}

func parseAll(texts ...string) *parseError {
	for line, text := range texts {
		if done, err := func() (bool, *parseError) {
			s := open(text)
			defer s.Close()
			if err := s.parse(line + 1); err != nil {
				return true, err
			}
			return false, nil
		}(); done {
			return err
		}
	}
	return nil
}

func main() {
	fmt.Println(parseAll("x", "y") == nil)
	fmt.Println(parseAll("x", "?", "y"))
}
