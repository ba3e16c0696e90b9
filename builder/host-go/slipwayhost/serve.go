// Package slipwayhost serves calls to the Plugin variable of the program that it is compiled into. Messages are lines of JSON, read
// from standard input and written to standard output. README.md describes the protocol; the other side is
// builder/server/executables/executable-process.ts.
package slipwayhost

import (
	"encoding/json"
	"fmt"
	"io"
	"os"
)

// kindVariable is the environment variable with the required kind of plugin. If unset, either kind is served.
const kindVariable = "SLIPWAY_KIND"

// exitWrongInterface is EX_CONFIG of sysexits.h.
const exitWrongInterface = 78

// Serve serves calls to the Plugin variable, given its address. It never returns.
func Serve(plugin interface{}) {
	out, in := os.Stdout, os.Stdin
	output := openMarker(os.Stderr)
	redirectStandardStreams()
	hello, handler := greet(plugin, os.Getenv(kindVariable))
	writeLine(out, hello)
	if hello.Error != nil {
		os.Exit(exitWrongInterface)
	}
	answerLines(handler, in, out, output)
	os.Exit(0)
}

// redirectStandardStreams sends the plugin's output to the log, and gives it an empty standard input.
func redirectStandardStreams() {
	os.Stdout = os.Stderr
	if empty, err := os.Open(os.DevNull); err == nil {
		os.Stdin = empty
	}
}

func writeLine(out io.Writer, message interface{}) {
	line, err := json.Marshal(message)
	if err == nil {
		_, err = out.Write(append(line, '\n'))
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "slipwayhost:", err)
		os.Exit(1)
	}
}
