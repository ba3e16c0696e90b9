// Command capabilities reports which of Capslock's capabilities a Go plugin reaches, with one example path for
// each, and which functions of other packages it reaches. It reads the source of the plugin and its modules, and runs none of it.
//
// capabilities -source DIR
//
// DIR is the plugin's module, with the entry file that makes `Plugin` reachable. It prints one JSON object: the
// capabilities, or why they are unknown.
package main

import (
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"runtime/debug"
)

// report is the output.
type report struct {
	Reached []reached `json:"reached"`
	// Functions lists what the plugin reaches in other packages (reach.go).
	Functions string `json:"functions"`
	// Failed is the reason why the capabilities are unknown.
	Failed string `json:"failed,omitempty"`
}

// reached is a capability with an example path to it.
type reached struct {
	Name string `json:"name"`
	// Path lists the functions from the plugin's own to the one with the capability, named as in source code.
	Path []string `json:"path"`
	// Module is the first required module on the path, and Through its first function there. Null if the path has
	// none.
	Module  *string `json:"module"`
	Through string  `json:"through"`
}

// gcPercent trades memory, which is limited, for half the processor time.
const gcPercent = 400

func main() {
	source := flag.String("source", "", "the plugin's module")
	flag.Parse()
	debug.SetGCPercent(gcPercent)
	found := analyze(*source)
	if err := json.NewEncoder(os.Stdout).Encode(found); err != nil {
		os.Exit(1)
	}
}

func analyze(source string) report {
	program, err := load(source)
	if err != nil {
		return report{Reached: []reached{}, Failed: err.Error()}
	}
	found := []reached{}
	for _, one := range program.graphs() {
		if example, ok := one.example(); ok {
			found = append(found, example)
		}
	}
	return report{Reached: found, Functions: program.functions()}
}

func failure(format string, values ...any) error { return fmt.Errorf(format, values...) }
