package main

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
)

// entryName sorts after the authors' file names, so that their init functions run first.
const entryName = "zz_slipway_entry.go"

const entryText = `package main

import slipwayEntry "%s/slipwayhost"

func %s() { slipwayEntry.Serve(&Plugin) }
`

// writeOverlay writes the overlay that adds and moves files for the compiler without changing the source (`go help build`,
// -overlay).
func writeOverlay(source, work string, layout program, own module) error {
	if _, err := os.Lstat(filepath.Join(source, entryName)); err == nil {
		return refuse("%s is a reserved file name; rename the file", entryName)
	}
	replace := map[string]string{}
	for name, path := range layout.moved {
		replace[filepath.Join(source, name)] = filepath.Join(source, path)
		replace[filepath.Join(source, path)] = "" // removed
	}
	function := "main"
	if layout.hasMain {
		function = "init" // the author's main is kept, but never called
	}
	entry := filepath.Join(work, entryName)
	if err := os.WriteFile(entry, []byte(fmt.Sprintf(entryText, hostModule, function)), 0o644); err != nil {
		return err
	}
	replace[filepath.Join(source, entryName)] = entry
	if own.isGenerated {
		replace[filepath.Join(source, "go.mod")] = filepath.Join(work, "go.mod")
	}
	text, err := json.Marshal(map[string]interface{}{"Replace": replace})
	if err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(work, "overlay.json"), text, 0o644)
}
