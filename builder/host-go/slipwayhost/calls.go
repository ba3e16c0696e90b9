package slipwayhost

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"runtime/debug"
	"sync"

	"github.com/mimir-aip/mimir-aip-go/internal/secrets"
)

type request struct {
	ID     json.RawMessage `json:"id"`
	Method string          `json:"method"`
	Params json.RawMessage `json:"params"`
}

// answer has either a result, which may be null, or an error.
type answer struct {
	ID     json.RawMessage `json:"id"`
	Result json.RawMessage `json:"result,omitempty"`
	Error  *failure        `json:"error,omitempty"`
}

type failure struct {
	Code    string `json:"code"`
	Message string `json:"message"`
	Stack   string `json:"stack,omitempty"`
}

// handler runs one call of the plugin.
type handler func(method string, params json.RawMessage) (interface{}, error)

var errUnknownMethod = errors.New("unknown method")

// badRequest means that a call's parameters are invalid.
type badRequest struct{ error }

func readParams(params json.RawMessage, into interface{}) error {
	if len(params) == 0 {
		return nil
	}
	if err := json.Unmarshal(params, into); err != nil {
		return badRequest{err}
	}
	return nil
}

// answerLines runs the calls concurrently and answers them in any order. When the input ends, it waits for the running ones. Each call's
// beginning and end are marked in the plugin's output.
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

// receiveSecrets takes the secrets that precede the first call. The message has no answer.
func receiveSecrets(params json.RawMessage) {
	var received map[string]string
	if err := json.Unmarshal(params, &received); err != nil {
		fmt.Fprintln(os.Stderr, "slipwayhost: skipped secrets that are not a map of texts")
		return
	}
	secrets.Receive(received)
}

// run runs one call and returns its answer. It never panics: panics of the plugin, its errors or its results become answers.
func run(handle handler, call request) (result answer) {
	defer func() {
		if cause := recover(); cause != nil {
			panicked := failure{Code: "plugin_panic", Message: fmt.Sprint(cause), Stack: string(debug.Stack())}
			result = answer{ID: call.ID, Error: &panicked}
		}
	}()
	if call.Method == "ping" {
		return answer{ID: call.ID, Result: json.RawMessage(`{"pong":true}`)}
	}
	value, err := handle(call.Method, call.Params)
	if err != nil {
		return answer{ID: call.ID, Error: failureOf(err)}
	}
	text, err := json.Marshal(value)
	if err != nil {
		failed := failure{Code: "plugin_error", Message: "the result can't be encoded as JSON: " + err.Error()}
		return answer{ID: call.ID, Error: &failed}
	}
	return answer{ID: call.ID, Result: text}
}

func failureOf(err error) *failure {
	if err == errUnknownMethod {
		return &failure{Code: "unknown_method", Message: err.Error()}
	}
	if _, ok := err.(badRequest); ok {
		return &failure{Code: "bad_request", Message: err.Error()}
	}
	return &failure{Code: "plugin_error", Message: err.Error()}
}
