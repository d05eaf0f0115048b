package main

import "fmt"

func count(from <-chan string, done chan<- int) {
	n := 0
	for range from {
		n++
	}
	done <- n
}

func distribute(words ...string) <-chan int {
	done := make(chan int, len(words))
	for _, word := range words {
		letters := make(chan string)
		defer close(letters)
		go count(letters, done)
		for _, r := range word {
			letters <- string(r)
		}
		fmt.Println("sent", word)
	}
	return done
}

func main() {
	done := distribute("abc", "de")
	fmt.Println("letters", <-done+<-done)
}
