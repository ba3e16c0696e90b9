package slipwayhost

import (
	"encoding/json"
	"runtime"
	"runtime/debug"
	"unsafe"
)

// memoryLimit is the collector's soft memory limit. The isolate drops an instance that still uses more than 80 MiB.
const memoryLimit = 64 << 20

// yields is the number of turns that finished goroutines get to exit before they count as leaked.
const yields = 16

// served is the program's Plugin variable.
var served interface{}

// methods answers calls after the caller's hello.
var methods handler

// received and results keep memory that the caller reads or writes from being garbage-collected. They are keyed by
// address and by handle.
var (
	received   = map[unsafe.Pointer][]byte{}
	results    = map[int32][]byte{}
	lastHandle int32
)

// Serve stores the Plugin variable's address and returns. It runs during initialization: a reactor has no main.
func Serve(plugin interface{}) {
	debug.SetMemoryLimit(memoryLimit)
	served = plugin
}

// slipwayAlloc returns memory for a message of n bytes. The caller fills it, then passes the message to
// slipway_call.
//
//go:wasmexport slipway_alloc
func slipwayAlloc(n int32) unsafe.Pointer {
	buffer := make([]byte, n+1) // so that an empty message has an address too
	at := unsafe.Pointer(&buffer[0])
	received[at] = buffer
	return at
}

// slipwayCall runs one call and returns its answer's handle. The message is the same as an executable's line,
// without an ID.
//
//go:wasmexport slipway_call
func slipwayCall(at unsafe.Pointer, n int32) int32 {
	message := received[at][:n]
	delete(received, at)
	lastHandle++
	results[lastHandle] = answerMessage(message)
	return lastHandle
}

// slipwayResult returns an answer's address.
//
//go:wasmexport slipway_result
func slipwayResult(handle int32) unsafe.Pointer {
	return unsafe.Pointer(&results[handle][0])
}

// slipwayResultLen returns an answer's length in bytes.
//
//go:wasmexport slipway_result_len
func slipwayResultLen(handle int32) int32 {
	return int32(len(results[handle]))
}

// slipwayFree releases an answer.
//go:wasmexport slipway_free
func slipwayFree(handle int32) {
	delete(results, handle)
}

// slipwayGoroutines returns the number of goroutines, after giving finished goroutines a few turns to exit.
//go:wasmexport slipway_goroutines
func slipwayGoroutines() int32 {
	for i := 0; i < yields; i++ {
		runtime.Gosched()
	}
	return int32(runtime.NumGoroutine())
}

// answerMessage handles one message. The answer is the same as an executable's after the ID.
func answerMessage(message []byte) []byte {
	var call request
	if err := json.Unmarshal(message, &call); err != nil {
		return encoded(answer{Error: failureOf(badRequest{err})})
	}
	if call.Method == "hello" {
		return encoded(greetMessage(call.Params))
	}
	if methods == nil {
		return encoded(answer{Error: failureOf(errUnknownMethod)})
	}
	return encoded(run(methods, call))
}

// greetMessage returns the line that an executable prints first. The params name the required plugin kind.
func greetMessage(params json.RawMessage) hello {
	var wanted struct{ Kind string }
	if err := readParams(params, &wanted); err != nil {
		wanted.Kind = ""
	}
	first, handle := greet(served, wanted.Kind)
	methods = handle
	return first
}

// encoded never fails: a result that can't be encoded has already become an error.
func encoded(message interface{}) []byte {
	text, err := encode(message)
	if err != nil {
		return []byte(`{"error":{"code":"plugin_error","message":"the answer can't be encoded as JSON"}}`)
	}
	return text
}
