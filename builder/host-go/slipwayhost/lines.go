//go:build !wasip1

package slipwayhost

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"sync"

	"github.com/mimir-aip/mimir-aip-go/internal/secrets"
)

// answerLines runs the calls concurrently and answers them in any order. When the input ends, it waits for the
// running calls. It marks each call's start and end in the plugin's output.
func answerLines(handle handler, in io.Reader, out io.Writer, output marker) {
	var writing sync.Mutex
	var running sync.WaitGroup
	defer running.Wait()
	lines := bufio.NewReaderSize(in, 64<<10)
	for {
		line, readErr := lines.ReadBytes('\n')
		if len(line) > 1 {
			var call request
			if err := json.Unmarshal(line, &call); err != nil {
				fmt.Fprintln(os.Stderr, "slipwayhost: skipped a line that is not a call:", err)
			} else if call.Method == "secrets" {
				receiveSecrets(call.Params)
			} else {
				running.Add(1)
				go func() {
					defer running.Done()
					output.begin(call)
					result := run(handle, call)
					output.end(call)
					writing.Lock()
					defer writing.Unlock()
					writeLine(out, result)
				}()
			}
		}
		if readErr != nil {
			return
		}
	}
}

// receiveSecrets stores the secrets that arrive before the first call. The message gets no answer.
func receiveSecrets(params json.RawMessage) {
	var received map[string]string
	if err := json.Unmarshal(params, &received); err != nil {
		fmt.Fprintln(os.Stderr, "slipwayhost: skipped secrets that are not a map of texts")
		return
	}
	secrets.Receive(received)
}

func writeLine(out io.Writer, message interface{}) {
	line, err := encode(message)
	if err == nil {
		_, err = out.Write(append(line, '\n'))
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "slipwayhost:", err)
		os.Exit(1)
	}
}
