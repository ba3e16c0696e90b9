package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

const plugin = "package main\n\nvar Plugin int\n"

func preparedFrom(t *testing.T, files map[string]string) (string, prepared, error) {
	t.Helper()
	source, work := t.TempDir(), t.TempDir()
	for name, text := range files {
		path := filepath.Join(source, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	done, err := prepare(source, work, "../host")
	return work, done, err
}

func written(t *testing.T, work, name string) string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(work, name))
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

func TestTheAuthorsModuleIsPreserved(t *testing.T) {
	work, done, err := preparedFrom(t, map[string]string{
		"plugin.go": plugin,
		"go.sum":    "sums\n",
		"go.mod": `module example.com/p

go 1.22
toolchain go1.99.0
godebug default=go1.21

require (
	github.com/mimir-aip/mimir-aip-go v0.4.0
	golang.org/x/oauth2 v0.30.0
	golang.org/x/sys v0.29.0 // indirect
)

exclude golang.org/x/sys v0.1.0
replace github.com/mimir-aip/mimir-aip-go => ../mimir
replace golang.org/x/sys v0.29.0 => example.com/sys v1.0.0
`,
	})
	if err != nil || !done.Download {
		t.Fatal(done, err)
	}
	want := `module example.com/p
go 1.22
godebug default=go1.21
require github.com/mimir-aip/mimir-aip-go v0.4.0
require golang.org/x/oauth2 v0.30.0
require golang.org/x/sys v0.29.0 // indirect
exclude golang.org/x/sys v0.1.0
replace golang.org/x/sys v0.29.0 => example.com/sys v1.0.0
replace github.com/mimir-aip/mimir-aip-go => "../host"
`
	if got := written(t, work, "go.mod"); got != want {
		t.Errorf("go.mod is\n%s", got)
	}
	if got := written(t, work, "go.sum"); got != "sums\n" {
		t.Errorf("go.sum is %q", got)
	}
}

func TestAllGodebugSettingsAreKept(t *testing.T) {
	work, _, err := preparedFrom(t, map[string]string{
		"plugin.go": plugin,
		"go.mod": `module example.com/p

go 1.22

godebug (
	default=go1.21 // a comment
	// panicnil=0
	panicnil=1
)

godebug http2client=0

exclude (
	godebug v1.0.0
)
`,
	})
	if err != nil {
		t.Fatal(err)
	}
	want := "go 1.22\ngodebug default=go1.21\ngodebug panicnil=1\ngodebug http2client=0\nrequire"
	if got := written(t, work, "go.mod"); !strings.Contains(got, want) {
		t.Errorf("go.mod is\n%s", got)
	}
}

func TestTheEntryPointMatchesTheProgram(t *testing.T) {
	for name, c := range map[string]struct {
		files   map[string]string
		entry   string
		overlay []string
	}{
		"without main":               {map[string]string{"p.go": plugin}, "func main() {", []string{"/go.mod"}},
		"with main":                  {map[string]string{"p.go": plugin + "func main() {}\n"}, "func init() {", nil},
		"main is a method":           {map[string]string{"p.go": plugin + "type T int\nfunc (T) main() {}\n"}, "func main() {", nil},
		"main for another OS":        {map[string]string{"p.go": plugin, "w_windows.go": "package main\nfunc main() {}\n"}, "func main() {", nil},
		"actions are moved":          {map[string]string{"p.go": plugin, "actions/a.go": "package main\n"}, "func main() {", []string{"/actions/a.go"}},
		"a package named actions":    {map[string]string{"p.go": plugin, "actions/a.go": "package actions\n"}, "func main() {", nil},
		"the module is initialized":  {map[string]string{"p.go": plugin}, "func main() {", []string{"/zz_slipway_entry_wasip1.go"}},
		"an action replaces a file":  {map[string]string{"p.go": "package other\n", "actions/p.go": plugin}, "func main() {", []string{"/actions/p.go"}},
		"a file with a syntax error": {map[string]string{"p.go": "package main\nvar Plug"}, "func main() {", nil},
	} {
		t.Run(name, func(t *testing.T) {
			work, _, err := preparedFrom(t, c.files)
			if err != nil {
				t.Fatal(err)
			}
			if entry := written(t, work, entryName); !strings.Contains(entry, c.entry) {
				t.Errorf("the entry point is\n%s", entry)
			}
			for _, part := range c.overlay {
				if overlay := written(t, work, "overlay.json"); !strings.Contains(overlay, part) {
					t.Errorf("the overlay is %s", overlay)
				}
			}
		})
	}
}

func TestTheModuleHasOneMain(t *testing.T) {
	for name, c := range map[string]struct {
		files   map[string]string
		hasMain bool
	}{
		"without main":            {map[string]string{"p.go": plugin}, true},
		"with main":               {map[string]string{"p.go": plugin + "func main() {}\n"}, false},
		"main for the executable": {map[string]string{"p.go": plugin, "w_linux.go": "package main\nfunc main() {}\n"}, true},
	} {
		t.Run(name, func(t *testing.T) {
			work, _, err := preparedFrom(t, c.files)
			if err != nil {
				t.Fatal(err)
			}
			entry := written(t, work, wasmEntryName)
			if !strings.Contains(entry, "func init() { slipwayEntry.Serve(&Plugin) }") {
				t.Errorf("the entry point is\n%s", entry)
			}
			if strings.Contains(entry, "func main()") != c.hasMain {
				t.Errorf("the entry point is\n%s", entry)
			}
		})
	}
}

func TestReservedNamesAreRejected(t *testing.T) {
	for _, name := range []string{entryName, wasmEntryName} {
		_, _, err := preparedFrom(t, map[string]string{"p.go": plugin, name: "package main\n"})
		if want := name + " is a reserved file name; rename the file"; err == nil || err.Error() != want {
			t.Error(err)
		}
	}
}

func TestSymbolicLinksAreRejected(t *testing.T) {
	source := t.TempDir()
	if err := os.Symlink("/etc/passwd", filepath.Join(source, "p.go")); err != nil {
		t.Fatal(err)
	}
	if _, err := prepare(source, t.TempDir(), "../host"); err == nil || err.Error() != "p.go is a symbolic link; replace it with a file" {
		t.Error(err)
	}
}
