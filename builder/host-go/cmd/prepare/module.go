package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
)

const (
	hostModule  = "github.com/mimir-aip/mimir-aip-go"
	hostVersion = "v0.0.0"
)

// module is what the build needs to know of the go.mod that was written.
type module struct {
	needsDownload bool
	// isMadeUp: the author has none, so the plugin can only use the standard library.
	isMadeUp bool
}

type version struct{ Path, Version string }

// goMod is as much of `go mod edit -json` as has a say in a build. The toolchain line has none: the toolchain is the builder's.
type goMod struct {
	Module  struct{ Path string }
	Go      string
	Godebug []struct{ Key, Value string }
	Require []struct {
		Path, Version string
		Indirect      bool
	}
	Exclude []version
	Replace []struct{ Old, New version }
}

// writeModule writes go.mod and go.sum as the author has them, with the host's module put in place of Mimir's.
func writeModule(source, work, host string) (module, error) {
	parsed, isMadeUp, err := readModule(source)
	if err != nil {
		return module{}, err
	}
	if parsed.Module.Path == hostModule {
		return module{}, refuse("go.mod: %s is the name of the host's own module", hostModule)
	}
	for _, replaced := range parsed.Replace {
		if replaced.New.Version == "" && replaced.Old.Path != hostModule {
			return module{}, refuse("go.mod: %s is replaced by the local path %s", replaced.Old.Path, replaced.New.Path)
		}
	}
	if err := os.WriteFile(filepath.Join(work, "go.mod"), parsed.text(host), 0o644); err != nil {
		return module{}, err
	}
	sums, err := os.ReadFile(filepath.Join(source, "go.sum"))
	if err != nil && !os.IsNotExist(err) {
		return module{}, err
	}
	own := module{isMadeUp: isMadeUp}
	for _, required := range parsed.Require {
		own.needsDownload = own.needsDownload || required.Path != hostModule
	}
	return own, os.WriteFile(filepath.Join(work, "go.sum"), sums, 0o644)
}

// Of a plugin without a go.mod.
const (
	madeUpPath      = "slipway.local/plugin"
	languageVersion = "1.24"
)

func readModule(source string) (parsed goMod, isMadeUp bool, err error) {
	path := filepath.Join(source, "go.mod")
	if _, err := os.Lstat(path); os.IsNotExist(err) {
		parsed.Module.Path = madeUpPath
		parsed.Go = languageVersion
		return parsed, true, nil
	}
	command := exec.Command("go", "mod", "edit", "-json", path)
	command.Dir = filepath.Dir(source) // not in the module, whose go line may ask for another toolchain
	var out, said bytes.Buffer
	command.Stdout, command.Stderr = &out, &said
	if err := command.Run(); err != nil {
		var failed *exec.ExitError
		if !errors.As(err, &failed) {
			return goMod{}, false, err
		}
		words := strings.NewReplacer(source+"/", "", filepath.Base(source)+"/", "").Replace(said.String())
		return goMod{}, false, refuse("%s", strings.TrimSpace(words))
	}
	if err := json.Unmarshal(out.Bytes(), &parsed); err != nil {
		return goMod{}, false, err
	}
	if parsed.Module.Path == "" {
		return goMod{}, false, refuse("go.mod: it has no module line")
	}
	return parsed, false, nil
}

func (m goMod) text(host string) []byte {
	var out bytes.Buffer
	line := func(words ...string) { fmt.Fprintln(&out, strings.TrimSpace(strings.Join(words, " "))) }
	line("module", word(m.Module.Path))
	if m.Go != "" {
		line("go", m.Go)
	}
	for _, setting := range m.Godebug {
		line("godebug", word(setting.Key+"="+setting.Value))
	}
	hasHost := false
	for _, required := range m.Require {
		hasHost = hasHost || required.Path == hostModule
		comment := ""
		if required.Indirect {
			comment = "// indirect"
		}
		line("require", word(required.Path), word(required.Version), comment)
	}
	if !hasHost {
		line("require", hostModule, hostVersion)
	}
	for _, excluded := range m.Exclude {
		line("exclude", word(excluded.Path), word(excluded.Version))
	}
	for _, replaced := range m.Replace {
		if replaced.Old.Path == hostModule {
			continue
		}
		old := word(replaced.Old.Path)
		if replaced.Old.Version != "" {
			old += " " + word(replaced.Old.Version)
		}
		line("replace", old, "=>", word(replaced.New.Path), word(replaced.New.Version))
	}
	line("replace", hostModule, "=>", strconv.Quote(host))
	return out.Bytes()
}

// word quotes what go.mod's grammar would otherwise read as something else.
func word(text string) string {
	if strings.ContainsAny(text, " \t\r\n\"`'(),;*") || strings.Contains(text, "//") {
		return strconv.Quote(text)
	}
	return text
}
