package main

import (
	"bufio"
	"compress/gzip"
	"fmt"
	"io"
	"os"
	"strings"
)

// rotate compresses each log to NAME.gz and empties it.
func rotate(names []string) error {
	for _, name := range names {
		src, err := os.OpenFile(name, os.O_RDWR, 0)
		if err != nil {
			return err
		}
		defer src.Close()

		dst, err := os.Create(name + ".gz")
		if err != nil {
			return err
		}
		defer dst.Close()

		zw := gzip.NewWriter(dst)
		if _, err := io.Copy(zw, src); err != nil {
			return fmt.Errorf("rotate %s: %w", name, err)
		}
		if err := zw.Close(); err != nil {
			return fmt.Errorf("rotate %s: %w", name, err)
		}
		if err := src.Truncate(0); err != nil {
			return err
		}
	}
	return nil
}

// countErrors tells for each log how many of its lines are errors; logs that are gone have none.
func countErrors(names []string) map[string]int {
	counts := make(map[string]int)
	for _, name := range names {
		f, err := os.Open(name)
		if err != nil {
			continue
		}
		defer f.Close() // released per log

		lines := bufio.NewScanner(f)
		for lines.Scan() {
			if strings.HasPrefix(lines.Text(), "ERROR") {
				counts[name]++
			}
		}
	}
	return counts
}

// interleave writes the first line of every log, then the second of every log, and so on.
func interleave(w io.Writer, names []string) error {
	var logs []*bufio.Scanner
	for _, name := range names {
		f, err := os.Open(name)
		if err != nil {
			return err
		}
		defer f.Close() // all logs are read at once, so all stay open
		logs = append(logs, bufio.NewScanner(f))
	}
	for more := true; more; {
		more = false
		for _, log := range logs {
			if log.Scan() {
				more = true
				fmt.Fprintln(w, log.Text())
			}
		}
	}
	return nil
}
