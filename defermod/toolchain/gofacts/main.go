// Gofacts tells defermod what Go itself knows about a package: the types of
// expressions, what each call calls, and what becomes of a call's operands.
//
// It is run by the go command, never by hand:
//
//	go vet -vettool=gofacts -json ./...
//
// and speaks the protocol that golang.org/x/tools/go/analysis/unitchecker
// speaks, with nothing but the standard library:
//
//	gofacts -V=full     an identity for the build cache
//	gofacts -flags      the flags the go command may pass
//	gofacts unit.cfg    one package, described by a JSON file
//
// # How the results get out
//
// What the go command does with a vet tool's output has changed:
//
//   - Before Go 1.25 or so the output (both streams) of a run is printed on
//     stderr under a "# package" heading, with directory names in it
//     shortened, and only runs for dependencies (VetxOnly) are cached.
//   - Later the configuration names a file (Stdout) that is copied to stdout
//     as it is when -json is given, and is replayed from the cache together
//     with the facts (VetxOutput).
//   - In one of these versions the cache key leaves out VetxOnly, so that a
//     package once seen as a dependency is replayed, with whatever that run
//     printed, when it is named on the command line.
//
// So a run prints the same whether it is VetxOnly or not, as one line for a
// package, in base64 so that no rewriting of paths can reach into it, behind a
// marker so that the reader can find it in either stream.
package main

import (
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime/debug"
	"strings"
)

// config is the part of the go command's vet.cfg that is of use here.
type config struct {
	ID           string
	Compiler     string
	ImportPath   string
	GoVersion    string
	GoFiles      []string
	IgnoredFiles []string
	ModulePath   string                 // before Go 1.27
	Module       *struct{ Path string } // since Go 1.27
	ImportMap    map[string]string
	Standard     map[string]bool
	PackageFile  map[string]string
	PackageVetx  map[string]string
	VetxOutput   string
	Stdout       string
}

// inStandardLibrary reports whether the package itself is of the standard library:
// it belongs to no module, and was not given as files.
func (c *config) inStandardLibrary() bool {
	switch {
	case c.Module != nil:
		return c.Module.Path == "std" || c.Module.Path == "cmd"
	case c.ModulePath != "":
		return c.ModulePath == "std" || c.ModulePath == "cmd"
	}
	return c.ImportPath != "command-line-arguments" && !strings.HasPrefix(c.ImportPath, "_/")
}

func main() {
	// One package is over in a moment, and its garbage with it: fewer collections cost
	// memory that is there, and save a sixth of the time.  The largest packages take no more
	// than a command may on any machine (defermod/machine.py).
	debug.SetGCPercent(800)
	debug.SetMemoryLimit(3 << 29)
	if err := run(os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "gofacts:", err)
		os.Exit(1)
	}
}

func run(args []string) error {
	for _, arg := range args {
		switch {
		case arg == "-V=full":
			return identify(os.Stdout)
		case arg == "-flags":
			// The go command of some versions passes -json on, so it must be a flag.
			_, err := fmt.Println(`[{"Name":"json","Bool":true,"Usage":"no effect"}]`)
			return err
		case strings.HasSuffix(arg, ".cfg"):
			return analyze(arg)
		}
	}
	return fmt.Errorf("run me as: go vet -vettool=gofacts -json packages")
}

// identify prints what the go command puts into the cache key: the content of
// this very program.
func identify(w io.Writer) error {
	name, err := os.Executable()
	if err != nil {
		return err
	}
	f, err := os.Open(name)
	if err != nil {
		return err
	}
	defer f.Close()
	sum := sha256.New()
	if _, err := io.Copy(sum, f); err != nil {
		return err
	}
	_, err = fmt.Fprintf(w, "%s version devel buildID=%02x\n", filepath.Base(name), sum.Sum(nil))
	return err
}

// analyze handles one package.  A package that does not type-check is no
// failure of this program: the reason is part of the report, and the facts for
// importers are empty, which they take as "unknown".  That the facts of others can't
// be read is one: the go command would keep the report for as long as nothing changes.
func analyze(name string) error {
	data, err := os.ReadFile(name)
	if err != nil {
		return err
	}
	var cfg config
	if err := json.Unmarshal(data, &cfg); err != nil {
		return fmt.Errorf("%s: %v", name, err)
	}
	rep := &report{
		Version: reportVersion, ID: cfg.ID, Package: cleanPath(cfg.ImportPath), Types: [][3]string{}, Files: []fileReport{},
	}
	for _, name := range cfg.IgnoredFiles {
		if strings.HasSuffix(name, ".go") {
			rep.Ignored = append(rep.Ignored, name)
		}
	}
	facts, err := examine(&cfg, rep)
	if lost := (*lostFacts)(nil); errors.As(err, &lost) {
		return err
	}
	if err != nil {
		rep.failed(err, cfg.GoFiles)
	}
	if cfg.VetxOutput != "" {
		if err := os.WriteFile(cfg.VetxOutput, facts, 0o666); err != nil {
			return err
		}
	}
	if !rep.worthPrinting(&cfg) {
		return nil
	}
	return rep.print(cfg.Stdout)
}

// lostFacts: the facts of another package could not be read.
type lostFacts struct{ error }

// examine makes the facts for importers, and fills in the report.  A bug in this
// program is the package's misfortune, not that of all others in the run.
func examine(cfg *config, rep *report) (facts []byte, err error) {
	defer func() {
		if bug := recover(); bug != nil {
			facts, err = nil, fmt.Errorf("internal error: %v", bug)
		}
	}()
	u, err := loadUnit(cfg)
	if err != nil {
		return nil, err
	}
	known, err := importSummaries(u, cfg.PackageVetx)
	if err != nil {
		return nil, &lostFacts{err}
	}
	sums := summarize(u, known)
	rep.describe(u, sums)
	return sums.export(u), nil
}

// cleanPath turns "p [p.test]", the go command's name of a test variant, into
// the import path as source code spells it.
func cleanPath(path string) string {
	path, _, _ = strings.Cut(path, " [")
	return path
}
