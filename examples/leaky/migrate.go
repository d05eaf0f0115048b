package main

import (
	"context"
	"database/sql"
	"fmt"
	"os"
	"sync"
)

// A tenant has a database and a quota of its own.
type tenant struct {
	mu   sync.Mutex
	name string
	db   *sql.DB
	used int
}

// migrate runs each script in a transaction of its own.
func migrate(ctx context.Context, db *sql.DB, scripts []string) error {
	for version, script := range scripts {
		stmts, err := os.ReadFile(script)
		if err != nil {
			return err
		}
		tx, err := db.BeginTx(ctx, nil)
		if err != nil {
			return err
		}
		defer tx.Rollback() // does nothing after a commit
		if _, err := tx.ExecContext(ctx, string(stmts)); err != nil {
			return fmt.Errorf("version %d: %w", version, err)
		}
		if err := tx.Commit(); err != nil {
			return fmt.Errorf("version %d: %w", version, err)
		}
	}
	return nil
}

// rebalance locks all tenants, so that nobody sees some of them changed and others not.
func rebalance(tenants []*tenant) {
	for _, t := range tenants {
		t.mu.Lock()
		defer t.mu.Unlock()
	}
	total := 0
	for _, t := range tenants {
		total += t.used
	}
	for _, t := range tenants {
		t.used = total / len(tenants)
	}
}

// usage adds up what the tenants use.  Does it matter that all locks are held to the end?  Only its author knows.
func usage(tenants []*tenant) int {
	total := 0
	for _, t := range tenants {
		t.mu.Lock()
		defer t.mu.Unlock()
		total += t.used
	}
	return total
}

// runHooks runs hooks until one panics, which ends it without a word to the caller.
func runHooks(hooks []func(*tenant), t *tenant) {
	for _, hook := range hooks {
		defer func() {
			if v := recover(); v != nil {
				fmt.Println("hook of", t.name, "panicked:", v)
			}
		}()
		hook(t)
	}
}
