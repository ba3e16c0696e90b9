package main

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
)

// Names of the entry points for the executable and the WebAssembly module. They sort after the authors' file names,
// so that the authors' init functions run first.
const (
	entryName     = "zz_slipway_entry.go"
	wasmEntryName = "zz_slipway_entry_wasip1.go"
)

const entryText = `//go:build !wasip1

package main

import slipwayEntry "%s/slipwayhost"

func %s() { slipwayEntry.Serve(&Plugin) }
`

// A WebAssembly reactor is only initialized: the compiler requires main, but nothing calls it.
const wasmEntryText = `package main

import slipwayEntry "%s/slipwayhost"

func init() { slipwayEntry.Serve(&Plugin) }
`

const wasmMainText = `
func main() {}
`

// writeOverlay writes the overlay that adds and moves files for the compiler without changing the source (`go help build`,
// -overlay).
func writeOverlay(source, work string, layout program, own module) error {
	replace := map[string]string{}
	for name, path := range layout.moved {
		replace[filepath.Join(source, name)] = filepath.Join(source, path)
		replace[filepath.Join(source, path)] = "" // removed
	}
	function := "main"
	if layout.hasMain {
		function = "init" // the author's main is kept, but never called
	}
	wasmEntry := fmt.Sprintf(wasmEntryText, hostModule)
	if !layout.hasWasmMain {
		wasmEntry += wasmMainText
	}
	for name, text := range map[string]string{
		entryName:     fmt.Sprintf(entryText, hostModule, function),
		wasmEntryName: wasmEntry,
	} {
		if _, err := os.Lstat(filepath.Join(source, name)); err == nil {
			return refuse("%s is a reserved file name; rename the file", name)
		}
		entry := filepath.Join(work, name)
		if err := os.WriteFile(entry, []byte(text), 0o644); err != nil {
			return err
		}
		replace[filepath.Join(source, name)] = entry
	}
	if own.isGenerated {
		replace[filepath.Join(source, "go.mod")] = filepath.Join(work, "go.mod")
	}
	text, err := json.Marshal(map[string]interface{}{"Replace": replace})
	if err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(work, "overlay.json"), text, 0o644)
}
