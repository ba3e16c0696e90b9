// Command prepare makes ready what `go build` compiles of a plugin's source, without running anything of it and without writing
// into it: it refuses what must not be compiled, and puts a copy of go.mod, an entry point and an overlay into a folder beside it.
//
//	prepare -source DIR -work DIR -host DIR
//
// It prints one JSON object: what the build needs to know, or why there is none.
package main

import (
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"os"
)

// prepared is what the build needs to know.
type prepared struct {
	// Download tells whether modules have to be there before the compiler starts.
	Download bool `json:"download"`
	// Imports has what is of the standard library, if it is of anything.
	Imports []string `json:"imports"`
}

// refusal is the author's to mend; any other error is not.
type refusal struct{ message string }

func (r refusal) Error() string { return r.message }

func refuse(format string, args ...interface{}) error { return refusal{fmt.Sprintf(format, args...)} }

func main() {
	source := flag.String("source", "", "the plugin's source; nothing is written to it")
	work := flag.String("work", "", "an empty folder for what is written")
	host := flag.String("host", "", "the module that plugins import, as a path from the source: it is told in what is built")
	flag.Parse()
	done, err := prepare(*source, *work, *host)
	var refused refusal
	if err != nil && !errors.As(err, &refused) {
		fmt.Fprintln(os.Stderr, "prepare:", err)
		os.Exit(1)
	}
	var said interface{} = done
	if err != nil {
		said = map[string]string{"refused": refused.message}
	}
	if err := json.NewEncoder(os.Stdout).Encode(said); err != nil {
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
