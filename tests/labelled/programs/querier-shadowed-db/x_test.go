package queriershadoweddb

import "testing"

type db struct{ dir string }

type cursor struct {
	rows []string
	pos  int
}

func openDB(dir string) (*db, error) { return &db{dir}, nil }

func (d *db) Query() (*cursor, error) { return &cursor{rows: []string{d.dir}}, nil }

func (c *cursor) Next() bool   { c.pos++; return c.pos <= len(c.rows) }
func (c *cursor) At() string   { return c.rows[c.pos-1] }
func (c *cursor) Close() error { c.rows = nil; return nil }

func TestClean(t *testing.T) {
	d, err := openDB("base")
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range [][]string{{"a"}, nil} {
		d, err := openDB(d.dir + "a")
		if err != nil {
			t.Fatal(err)
		}
		q, err := d.Query()
		if err != nil {
			t.Fatal(err)
		}
		defer q.Close()
		if len(want) == 0 {
			continue
		}
		for i := 0; ; i++ {
			if !q.Next() {
				break
			}
			if q.At() == "" {
				t.Fatal(i)
			}
		}
	}
}
