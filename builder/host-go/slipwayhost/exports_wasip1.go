package slipwayhost

import (
	"encoding/json"
	"runtime"
	"runtime/debug"
	"unsafe"
)

// memoryLimit is what the collector tries to keep the memory below. The isolate gives up an instance that is left with more than 80 MiB.
const memoryLimit = 64 << 20

// yields is how often goroutines that have finished their work may run before they count as left behind.
const yields = 16

// served is the Plugin variable of the program.
var served interface{}

// methods answers calls once the caller has said hello.
var methods handler

// received and results keep memory that the caller reads or writes from being collected, by address and by handle.
var (
	received   = map[unsafe.Pointer][]byte{}
	results    = map[int32][]byte{}
	lastHandle int32
)

// Serve takes the address of the Plugin variable, and returns. It is called while the program is initialized: a reactor has no main.
func Serve(plugin interface{}) {
	debug.SetMemoryLimit(memoryLimit)
	served = plugin
}

// slipwayAlloc returns memory for a message of n bytes, which the caller writes before it passes the message to slipway_call.
//
//go:wasmexport slipway_alloc
func slipwayAlloc(n int32) unsafe.Pointer {
	buffer := make([]byte, n+1) // so that an empty message has an address too
	at := unsafe.Pointer(&buffer[0])
	received[at] = buffer
	return at
}

// slipwayCall runs one call and returns the handle of its answer. The message is as on the lines of an executable, without an ID.
//
//go:wasmexport slipway_call
func slipwayCall(at unsafe.Pointer, n int32) int32 {
	message := received[at][:n]
	delete(received, at)
	lastHandle++
	results[lastHandle] = answerMessage(message)
	return lastHandle
}

// slipwayResult returns the address of an answer.
//
//go:wasmexport slipway_result
func slipwayResult(handle int32) unsafe.Pointer {
	return unsafe.Pointer(&results[handle][0])
}

// slipwayResultLen returns the length of an answer in bytes.
//
//go:wasmexport slipway_result_len
func slipwayResultLen(handle int32) int32 {
	return int32(len(results[handle]))
}

// slipwayFree drops an answer.
//
//go:wasmexport slipway_free
func slipwayFree(handle int32) {
	delete(results, handle)
}

// slipwayGoroutines returns the number of goroutines, after those that can finish have had their turn.
//
//go:wasmexport slipway_goroutines
func slipwayGoroutines() int32 {
	for i := 0; i < yields; i++ {
		runtime.Gosched()
	}
	return int32(runtime.NumGoroutine())
}

// answerMessage answers one message. Its text is that of the executable's answer, from behind the ID.
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

// greetMessage returns what an executable prints as its first line. The params have the kind that the plugin must be.
func greetMessage(params json.RawMessage) hello {
	var wanted struct{ Kind string }
	if err := readParams(params, &wanted); err != nil {
		wanted.Kind = ""
	}
	first, handle := greet(served, wanted.Kind)
	methods = handle
	return first
}

// encoded never fails: a result that can't be encoded has become an error before.
func encoded(message interface{}) []byte {
	text, err := json.Marshal(message)
	if err != nil {
		return []byte(`{"error":{"code":"plugin_error","message":"the answer can't be encoded as JSON"}}`)
	}
	return text
}
