package auditandreturn

import (
	"log"
	"net/http"
	"slices"
)

func audit(w http.ResponseWriter, r *http.Request) { log.Print(r.URL, w.Header()) }

func Guard(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		for k, vs := range r.URL.Query() {
			if k == "sep" {
				continue
			}
			if slices.Contains(vs, "..") {
				defer audit(w, r)
				http.Error(w, "bad query", http.StatusBadRequest)
				return
			}
		}
		next.ServeHTTP(w, r)
	})
}
