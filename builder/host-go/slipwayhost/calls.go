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
)

type request struct {
	ID     json.RawMessage `json:"id"`
	Method string          `json:"method"`
	Params json.RawMessage `json:"params"`
}

// answer has a result, which may be null, or an error.
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

// badRequest is a call whose parameters can't be read.
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

// answerLines answers each line as soon as it can, in any order. When the input ends, the calls that it has are finished.
func answerLines(handle handler, in io.Reader, out io.Writer) {
	var writing sync.Mutex
	var running sync.WaitGroup
	defer running.Wait()
	lines := bufio.NewReaderSize(in, 64<<10)
	for {
		line, readErr := lines.ReadBytes('\n')
		if len(line) > 1 {
			var asked request
			if err := json.Unmarshal(line, &asked); err != nil {
				fmt.Fprintln(os.Stderr, "slipwayhost: a line that is no call:", err)
			} else {
				running.Add(1)
				go func() {
					defer running.Done()
					answered := run(handle, asked)
					writing.Lock()
					defer writing.Unlock()
					writeLine(out, answered)
				}()
			}
		}
		if readErr != nil {
			return
		}
	}
}

// run never panics: whatever the plugin, its errors or its results do is an answer.
func run(handle handler, asked request) (answered answer) {
	defer func() {
		if cause := recover(); cause != nil {
			said := failure{Code: "plugin_panic", Message: fmt.Sprint(cause), Stack: string(debug.Stack())}
			answered = answer{ID: asked.ID, Error: &said}
		}
	}()
	if asked.Method == "ping" {
		return answer{ID: asked.ID, Result: json.RawMessage(`{"pong":true}`)}
	}
	result, err := handle(asked.Method, asked.Params)
	if err != nil {
		return answer{ID: asked.ID, Error: failureOf(err)}
	}
	text, err := json.Marshal(result)
	if err != nil {
		said := failure{Code: "plugin_error", Message: "the result is not JSON: " + err.Error()}
		return answer{ID: asked.ID, Error: &said}
	}
	return answer{ID: asked.ID, Result: text}
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
