// Package slipwayhost serves calls to the Plugin variable of the program it is compiled into. In an executable,
// messages are lines of JSON on standard input and output; the other side is
// builder/server/executables/executable-process.ts. In WebAssembly, exported functions pass the same messages; the
// other side is src/isolate/main.js. README.md describes both.
package slipwayhost

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"runtime/debug"
	"strings"
)

type request struct {
	ID     json.RawMessage `json:"id"`
	Method string          `json:"method"`
	Params json.RawMessage `json:"params"`
}

// answer has either a result, which may be null, or an error. Its ID matches a line to its call; WebAssembly
// answers aren't lines and omit it.
type answer struct {
	ID     json.RawMessage `json:"id,omitempty"`
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

// run runs one call and returns its answer. It never panics: the plugin's panics, errors and results all become
// answers.
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
	text, err := encode(value)
	if err != nil {
		failed := failure{Code: "plugin_error", Message: "the result can't be encoded as JSON: " + err.Error()}
		return answer{ID: call.ID, Error: &failed}
	}
	return answer{ID: call.ID, Result: text}
}

// encode leaves <, > and & as they are, which json.Marshal escapes.
func encode(value interface{}) ([]byte, error) {
	var text bytes.Buffer
	encoder := json.NewEncoder(&text)
	encoder.SetEscapeHTML(false)
	err := encoder.Encode(value)
	return bytes.TrimSuffix(text.Bytes(), []byte("\n")), err
}

func failureOf(err error) *failure {
	if err == errUnknownMethod {
		return &failure{Code: "unknown_method", Message: err.Error()}
	}
	if _, ok := err.(badRequest); ok {
		return &failure{Code: "bad_request", Message: err.Error()}
	}
	return &failure{Code: "plugin_error", Message: withNetworkNote(err.Error())}
}

// Go falls back to this resolver if none is configured. Requests to granted hosts go through a proxy, which
// resolves their names.
const noResolver = "on [::1]:53"

func withNetworkNote(message string) string {
	if !strings.Contains(message, noResolver) {
		return message
	}
	return message + ". A plugin has no network but over HTTP to the hosts that plugin.yaml asks for in permissions.network, and that an administrator grants with `slipway grants give`"
}
