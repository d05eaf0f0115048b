// Command leaky keeps the logs and the databases of some tenants.  Every defer in a loop that defermod
// can tell something about has an example here.
package main

import (
	"context"
	"fmt"
	"net/http"
	"os"
)

func main() {
	logs := os.Args[1:]
	if err := interleave(os.Stdout, logs); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	fmt.Println(countErrors(logs), rotate(logs))

	ctx, servers := context.Background(), []string{"http://localhost:8080"}
	fmt.Println(checkAll(ctx, http.DefaultClient, servers))
	fmt.Println(firstHealthy(http.DefaultClient, servers))

	t := &tenant{name: "example"}
	runHooks([]func(*tenant){func(t *tenant) { fmt.Println("hello", t.name) }}, t)
	if t.db != nil {
		fmt.Println(migrate(ctx, t.db, nil))
	}
	rebalance([]*tenant{t})
	fmt.Println(usage([]*tenant{t}))
}
