package main

import (
	"errors"
	"fmt"
	"os"
	"time"
)

var open int

type worker struct{ f *os.File }

func startWorker(name string) (*worker, error) {
	f, err := os.Open(os.DevNull)
	if err != nil || name == "" {
		return nil, err
	}
	open++
	return &worker{f}, nil
}

func (x *worker) Stop() {
	open--
	x.f.Close()
}

type service struct{ f *os.File }

func startService(name string) (*service, error) {
	f, err := os.Open(os.DevNull)
	if err != nil || name == "" {
		return nil, err
	}
	open++
	return &service{f}, nil
}

func (x *service) Shutdown() error {
	open--
	return x.f.Close()
}

type lease struct{ f *os.File }

func startLease(name string) (*lease, error) {
	f, err := os.Open(os.DevNull)
	if err != nil || name == "" {
		return nil, err
	}
	open++
	return &lease{f}, nil
}

func (x *lease) Release() {
	open--
	x.f.Close()
}

type area struct{ f *os.File }

func startArea(name string) (*area, error) {
	f, err := os.Open(os.DevNull)
	if err != nil || name == "" {
		return nil, err
	}
	open++
	return &area{f}, nil
}

func (x *area) Destroy() error {
	open--
	return x.f.Close()
}

type folder struct{ f *os.File }

func startFolder(name string) (*folder, error) {
	f, err := os.Open(os.DevNull)
	if err != nil || name == "" {
		return nil, err
	}
	open++
	return &folder{f}, nil
}

func (x *folder) Cleanup() {
	open--
	x.f.Close()
}

type link struct{ f *os.File }

func startLink(name string) (*link, error) {
	f, err := os.Open(os.DevNull)
	if err != nil || name == "" {
		return nil, err
	}
	open++
	return &link{f}, nil
}

func (x *link) Disconnect() {
	open--
	x.f.Close()
}

// A clock's Stop releases nothing.
type clock struct{ n int }

func startClock(name string) (*clock, error) { return &clock{len(name)}, nil }

func (c *clock) Stop() { c.n = 0 }

func newClock(name string) (*clock, error) {
	x, err := startClock(name)
	if err != nil {
		return nil, err
	}
	if name == "bad" {
		return nil, errors.New("clock")
	}
	return x, nil
}

// A ticker is the collector's business.
func newTicker(d time.Duration) (*time.Ticker, error) {
	x, err := startTicker(d)
	if err != nil {
		return nil, err
	}
	if d > time.Second {
		return nil, errors.New("ticker")
	}
	return x, nil
}

func startTicker(d time.Duration) (*time.Ticker, error) { return time.NewTicker(d), nil }

func newWorker(name string) (*worker, error) {
	x, err := startWorker(name)
	if err != nil {
		return nil, err
	}
	if name == "bad" {
		x.Stop()
		return nil, errors.New("worker")
	}
	return x, nil
}

func newService(name string) (*service, error) {
	x, err := startService(name)
	if err != nil {
		return nil, err
	}
	if name == "bad" {
		x.Shutdown()
		return nil, errors.New("service")
	}
	return x, nil
}

func newLease(name string) (*lease, error) {
	x, err := startLease(name)
	if err != nil {
		return nil, err
	}
	if name == "bad" {
		x.Release()
		return nil, errors.New("lease")
	}
	return x, nil
}

func newArea(name string) (*area, error) {
	x, err := startArea(name)
	if err != nil {
		return nil, err
	}
	if name == "bad" {
		x.Destroy()
		return nil, errors.New("area")
	}
	return x, nil
}

func newFolder(name string) (*folder, error) {
	x, err := startFolder(name)
	if err != nil {
		return nil, err
	}
	if name == "bad" {
		x.Cleanup()
		return nil, errors.New("folder")
	}
	return x, nil
}

func newLink(name string) (*link, error) {
	x, err := startLink(name)
	if err != nil {
		return nil, err
	}
	if name == "bad" {
		x.Disconnect()
		return nil, errors.New("link")
	}
	return x, nil
}

func main() {
	var err error
	_, err = newWorker("bad")
	fmt.Println(err)
	_, err = newService("bad")
	fmt.Println(err)
	_, err = newLease("bad")
	fmt.Println(err)
	_, err = newArea("bad")
	fmt.Println(err)
	_, err = newFolder("bad")
	fmt.Println(err)
	_, err = newLink("bad")
	fmt.Println(err)
	_, err = newClock("bad")
	fmt.Println(err)
	_, err = newTicker(time.Hour)
	fmt.Println(err)
	if open > 0 {
		fmt.Println("! left open:", open)
	}
}
