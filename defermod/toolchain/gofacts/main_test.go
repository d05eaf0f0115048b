package main

import (
	"encoding/json"
	"os"
	"path/filepath"
	"testing"
)

// TestLostFacts: that facts of others can't be read is no property of the package, and nothing to be kept with its content.
func TestLostFacts(t *testing.T) {
	dir := t.TempDir()
	source := filepath.Join(dir, "p.go")
	if err := os.WriteFile(source, []byte("package p\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	cfg := config{
		ID: "p", Compiler: "gc", ImportPath: "p", GoFiles: []string{source},
		PackageVetx: map[string]string{"q": filepath.Join(dir, "lost")}, VetxOutput: filepath.Join(dir, "facts"),
	}
	data, err := json.Marshal(cfg)
	if err != nil {
		t.Fatal(err)
	}
	name := filepath.Join(dir, "vet.cfg")
	if err := os.WriteFile(name, data, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := analyze(name); err == nil {
		t.Error("no error")
	}
	if _, err := os.Stat(cfg.VetxOutput); err == nil {
		t.Error("facts were written")
	}
}
