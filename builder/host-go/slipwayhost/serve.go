//go:build !wasip1

package slipwayhost

import (
	"os"
	"os/signal"
	"syscall"
)

// kindVariable names the environment variable with the required plugin kind. If unset, either kind is served.
const kindVariable = "SLIPWAY_KIND"

// exitWrongInterface is EX_CONFIG from sysexits.h.
const exitWrongInterface = 78

// exitSignaled is what a shell adds to the number of the signal that ended a program.
const exitSignaled = 128

// Serve serves calls to the Plugin variable, given its address. It never returns.
func Serve(plugin interface{}) {
	out, in := os.Stdout, os.Stdin
	output := openMarker(os.Stderr)
	go exitWhenStopped()
	redirectStandardStreams()
	hello, handler := greet(plugin, os.Getenv(kindVariable))
	writeLine(out, hello)
	if hello.Error != nil {
		os.Exit(exitWrongInterface)
	}
	answerLines(handler, in, out, output)
	os.Exit(0)
}

// exitWhenStopped says which signal from outside ended the program. Otherwise Go exits with 2, as for a panic, because
// the first process of a namespace can't die of a signal.
func exitWhenStopped() {
	signals := make(chan os.Signal, 1)
	signal.Notify(signals, syscall.SIGHUP, syscall.SIGINT, syscall.SIGTERM)
	if received, ok := (<-signals).(syscall.Signal); ok {
		os.Exit(exitSignaled + int(received))
	}
}

// redirectStandardStreams sends the plugin's output to the log, and gives it an empty standard input.
func redirectStandardStreams() {
	os.Stdout = os.Stderr
	if empty, err := os.Open(os.DevNull); err == nil {
		os.Stdin = empty
	}
}
