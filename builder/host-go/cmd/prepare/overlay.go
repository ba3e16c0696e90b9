package main

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
)

// entryName sorts behind what authors call their files, so that their init functions run first.
const entryName = "zz_slipway_entry.go"

const entryText = `package main

import slipwayEntry "%s/slipwayhost"

func %s() { slipwayEntry.Serve(&Plugin) }
`

// writeOverlay has the compiler see files where there are none (`go help build`, -overlay).
func writeOverlay(source, work string, found program, own module) error {
	if _, err := os.Lstat(filepath.Join(source, entryName)); err == nil {
		return refuse("%s is a name of Slipway's own", entryName)
	}
	replace := map[string]string{}
	for name, path := range found.moved {
		replace[filepath.Join(source, name)] = filepath.Join(source, path)
		replace[filepath.Join(source, path)] = "" // not there any more
	}
	function := "main"
	if found.hasMain {
		function = "init" // an author's main stays, and is never reached
	}
	entry := filepath.Join(work, entryName)
	if err := os.WriteFile(entry, []byte(fmt.Sprintf(entryText, hostModule, function)), 0o644); err != nil {
		return err
	}
	replace[filepath.Join(source, entryName)] = entry
	if own.isMadeUp {
		replace[filepath.Join(source, "go.mod")] = filepath.Join(work, "go.mod")
	}
	text, err := json.Marshal(map[string]interface{}{"Replace": replace})
	if err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(work, "overlay.json"), text, 0o644)
}
