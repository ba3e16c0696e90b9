//go:build !wasip1

package slipwayhost

import "os"

// kindVariable names the environment variable with the required plugin kind. If unset, either kind is served.
const kindVariable = "SLIPWAY_KIND"

// exitWrongInterface is EX_CONFIG from sysexits.h.
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
