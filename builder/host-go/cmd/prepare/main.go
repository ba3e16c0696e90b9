// Command prepare prepares a plugin's source for `go build`, without running or changing it. It rejects source that
// must not be compiled, and writes a copy of go.mod, an entry point and an overlay to a separate folder.
//
// prepare -source DIR -work DIR -host DIR
//
// It prints one JSON object: the facts that the build needs, or why the source was rejected.
package main

import (
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"os"
)

// prepared holds the facts that the build needs.
type prepared struct {
	// Download reports whether modules must be downloaded before compiling.
	Download bool `json:"download"`
	// Imports lists the imported paths that only the standard library can provide.
	Imports []string `json:"imports"`
}

// refusal is an error in the source, which its author can fix. Any other error is internal.
type refusal struct{ message string }

func (r refusal) Error() string { return r.message }

func refuse(format string, args ...interface{}) error { return refusal{fmt.Sprintf(format, args...)} }

func main() {
	source := flag.String("source", "", "the plugin's source; nothing is written to it")
	work := flag.String("work", "", "an empty folder for the output")
	host := flag.String("host", "", "the module that plugins import, as a path relative to the source: it is recorded in the executable")
	flag.Parse()
	done, err := prepare(*source, *work, *host)
	var refused refusal
	if err != nil && !errors.As(err, &refused) {
		fmt.Fprintln(os.Stderr, "prepare:", err)
		os.Exit(1)
	}
	var output interface{} = done
	if err != nil {
		output = map[string]string{"refused": refused.message}
	}
	if err := json.NewEncoder(os.Stdout).Encode(output); err != nil {
		os.Exit(1)
	}
}

func prepare(source, work, host string) (prepared, error) {
	imports, err := checkTree(source)
	if err != nil {
		return prepared{}, err
	}
	program, err := readProgram(source)
	if err != nil {
		return prepared{}, err
	}
	module, err := writeModule(source, work, host)
	if err != nil {
		return prepared{}, err
	}
	if err := writeOverlay(source, work, program, module); err != nil {
		return prepared{}, err
	}
	return prepared{Download: module.needsDownload, Imports: append([]string{}, imports...)}, nil
}
