package statuslines

import (
	"bufio"
	"errors"
	"net/netip"
	"os"
	"strings"
)

type lineFile struct {
	f *os.File
	r *bufio.Reader
}

func openLines(name string) (*lineFile, error) {
	f, err := os.Open(name)
	if err != nil {
		return nil, err
	}
	return &lineFile{f: f, r: bufio.NewReader(f)}, nil
}

func (l *lineFile) line() (string, bool) {
	s, err := l.r.ReadString('\n')
	return strings.TrimSpace(s), err == nil
}

func (l *lineFile) close() { l.f.Close() }

func Addresses(devices []string) ([]netip.Addr, error) {
	var addrs []netip.Addr
	for _, d := range devices {
		lf, err := openLines(d + "/status")
		if err != nil {
			return nil, err
		}
		defer lf.close()
		if _, ok := lf.line(); !ok {
			return nil, errors.New("no header in " + d)
		}
		for s, ok := lf.line(); ok; s, ok = lf.line() {
			a, err := netip.ParseAddr(s)
			if err != nil {
				continue
			}
			addrs = append(addrs, a)
		}
	}
	return addrs, nil
}
