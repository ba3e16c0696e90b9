//go:build !wasip1

package slipwayhost

import (
	"io"
	"os"
)

// marksVariable turns on marks. Without it, the program's output has only the plugin's lines.
const marksVariable = "SLIPWAY_MARKS"

// A mark is on a line of its own: record, + or -, the call's ID, unit.
const record, unit = "\x1e", "\x1f"

// marker marks in the plugin's output where a call begins and ends, so that each line can be traced to its call.
// Goroutines are indistinguishable: lines printed while several calls run belong to none of them. The zero value
// marks nothing.
type marker struct {
	output io.Writer
}

// openMarker returns a marker for the plugin's output. It takes the file itself, because the plugin may reassign
// os.Stderr.
func openMarker(output *os.File) marker {
	if os.Getenv(marksVariable) == "" {
		return marker{}
	}
	return marker{output}
}

func (m marker) begin(call request) { m.write("+", call) }

func (m marker) end(call request) { m.write("-", call) }

// write starts with a newline, because the plugin may have left its line unfinished. Otherwise, the builder removes
// the empty line.
func (m marker) write(sign string, call request) {
	if m.output != nil && call.Method != "ping" {
		io.WriteString(m.output, "\n"+record+sign+string(call.ID)+unit+"\n")
	}
}
