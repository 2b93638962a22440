// Command server answers on the port where the runtime asks an executable.
package main

import (
	"fmt"
	"log"
	"net/http"
)

func main() {
	http.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) {
		fmt.Fprintf(w, "Hello from Go, at %s\n", r.URL.Path)
	})
	log.Fatal(http.ListenAndServe("localhost:8080", nil))
}
