package datedlines

import (
	"io"
	"net/netip"
	"net/url"
	"os"
	"regexp"
	"strings"
	"time"
)

var link = regexp.MustCompile(`https?://\S+`)

func Hosts(texts []string, day time.Time) ([]string, error) {
	var hosts []string
	for _, text := range texts {
		f, err := os.CreateTemp("", "text")
		if err != nil {
			return nil, err
		}
		defer os.Remove(f.Name())
		if _, err := io.Copy(f, strings.NewReader(text)); err != nil {
			return nil, err
		}
		for _, found := range link.FindAllString(text, -1) {
			u, err := url.Parse(found)
			if err != nil {
				return nil, err
			}
			if _, err := netip.ParseAddr(u.Hostname()); err == nil {
				continue
			}
			hosts = append(hosts, day.AddDate(0, 0, len(hosts)).Format(time.DateOnly)+" "+u.Host)
		}
	}
	return hosts, nil
}
