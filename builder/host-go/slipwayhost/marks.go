//go:build !wasip1

package slipwayhost

import (
	"io"
	"os"
)

// marksVariable asks for marks. Without it, the program's output has the plugin's lines only.
const marksVariable = "SLIPWAY_MARKS"

// A mark is a line of its own: record, + or -, the call's ID, unit.
const record, unit = "\x1e", "\x1f"

// marker marks in the plugin's output where a call begins and ends, so that its lines can be found by their call. Goroutines can't be
// distinguished: lines that are printed while several calls run belong to none of them. The zero value marks nothing.
type marker struct {
	output io.Writer
}

// openMarker returns a marker for the file that the plugin's output goes to, which the plugin may replace in its variables.
func openMarker(output *os.File) marker {
	if os.Getenv(marksVariable) == "" {
		return marker{}
	}
	return marker{output}
}

func (m marker) begin(call request) { m.write("+", call) }

func (m marker) end(call request) { m.write("-", call) }

// write begins with an end of line: the plugin may have left its line open. The builder removes the empty line if it has not.
func (m marker) write(sign string, call request) {
	if m.output != nil && call.Method != "ping" {
		io.WriteString(m.output, "\n"+record+sign+string(call.ID)+unit+"\n")
	}
}
