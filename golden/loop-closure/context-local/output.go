package main

import (
	"context"
	"fmt"
	"time"
)

func fetch(ctx context.Context, path string) (string, error) {
	if err := ctx.Err(); err != nil {
		return "", err
	}
	_, limited := ctx.Deadline()
	return fmt.Sprint("text of ", path, limited), nil
}

func getAll(ctx context.Context, paths ...string) (int, error) {
	size := 0
	for _, path := range paths {
		if err := func() error {
			ctx, cancel := context.WithTimeout(ctx, time.Hour)
			defer cancel()
			text, err := fetch(ctx, path)
			if err != nil {
				return fmt.Errorf("get %s: %w", path, err)
			}
			size += len(text)
			fmt.Println(text)
			return nil
		}(); err != nil {
			return 0, err
		}
	}
	return size, nil
}

func main() {
	fmt.Println(getAll(context.Background(), "/a", "/b"))
	over, cancel := context.WithCancel(context.Background())
	cancel()
	fmt.Println(getAll(over, "/a", "/b"))
}
