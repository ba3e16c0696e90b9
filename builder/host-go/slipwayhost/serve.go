// Package slipwayhost answers calls for the Plugin variable of the program that it is compiled into: one JSON message a line, in
// on standard input, out on standard output. README.md has the protocol; builder/server/executables/executable-process.ts is its other end.
package slipwayhost

import (
	"encoding/json"
	"fmt"
	"io"
	"os"
)

// kindVariable names the kind that the plugin is wanted as; without it, it is served as what it is.
const kindVariable = "SLIPWAY_KIND"

// exitUnfit is EX_CONFIG of sysexits.h.
const exitUnfit = 78

// Serve is given the address of the Plugin variable. It never returns.
func Serve(plugin interface{}) {
	out, in := os.Stdout, os.Stdin
	closeStandardStreams()
	hello, handler := greet(plugin, os.Getenv(kindVariable))
	writeLine(out, hello)
	if hello.Error != nil {
		os.Exit(exitUnfit)
	}
	answerLines(handler, in, out)
	os.Exit(0)
}

// closeStandardStreams makes what the plugin prints a log, and gives it nothing to read.
func closeStandardStreams() {
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
