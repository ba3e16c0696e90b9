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

	// privateModules is the folder for modules that no proxy serves, by path. Slipway adds it to the source.
	privateModules = "slipway-modules"
)

// module holds the facts about the written go.mod that the build needs.
type module struct {
	needsDownload bool
	// isGenerated is true if the author has no go.mod, so the plugin can only use the standard library.
	isGenerated bool
}

type version struct{ Path, Version string }

// goMod has the fields of `go mod edit -json` that affect a build. The toolchain line is ignored: the builder chooses the toolchain.
type goMod struct {
	Module  struct{ Path string }
	Go      string
	godebug []string // as key=value; only Go 1.26 prints it as JSON
	Require []struct {
		Path, Version string
		Indirect      bool
	}
	Exclude []version
	Replace []struct{ Old, New version }
}

// writeModule writes the author's go.mod and go.sum, with Mimir's module replaced by the host's.
func writeModule(source, work, host string) (module, error) {
	parsed, isGenerated, err := readModule(source)
	if err != nil {
		return module{}, err
	}
	if parsed.Module.Path == hostModule {
		return module{}, refuse("go.mod: the module path %s is reserved; use another path", hostModule)
	}
	for _, replaced := range parsed.Replace {
		if replaced.New.Version == "" && replaced.Old.Path != hostModule {
			return module{}, refuse("go.mod: %s is replaced by the local path %s; use a published version", replaced.Old.Path, replaced.New.Path)
		}
	}
	private := parsed.private(source)
	if err := os.WriteFile(filepath.Join(work, "go.mod"), parsed.text(host, private), 0o644); err != nil {
		return module{}, err
	}
	sums, err := os.ReadFile(filepath.Join(source, "go.sum"))
	if err != nil && !os.IsNotExist(err) {
		return module{}, err
	}
	own := module{isGenerated: isGenerated}
	for _, required := range parsed.Require {
		own.needsDownload = own.needsDownload || (required.Path != hostModule && !private[required.Path])
	}
	return own, os.WriteFile(filepath.Join(work, "go.sum"), sums, 0o644)
}

// Used for plugins without a go.mod.
const (
	generatedPath   = "slipway.local/plugin"
	languageVersion = "1.24"
)

func readModule(source string) (parsed goMod, isGenerated bool, err error) {
	path := filepath.Join(source, "go.mod")
	if _, err := os.Lstat(path); os.IsNotExist(err) {
		parsed.Module.Path = generatedPath
		parsed.Go = languageVersion
		return parsed, true, nil
	}
	printed, err := editModule(source, "-json")
	if err != nil {
		return goMod{}, false, err
	}
	if err := json.Unmarshal(printed, &parsed); err != nil {
		return goMod{}, false, err
	}
	formatted, err := editModule(source, "-print")
	if err != nil {
		return goMod{}, false, err
	}
	parsed.godebug = godebugSettings(string(formatted))
	if parsed.Module.Path == "" {
		return goMod{}, false, refuse("go.mod: the module line is missing")
	}
	return parsed, false, nil
}

// editModule returns the output of `go mod edit` with a flag that prints the author's go.mod.
func editModule(source, flag string) ([]byte, error) {
	command := exec.Command("go", "mod", "edit", flag, filepath.Join(source, "go.mod"))
	command.Dir = filepath.Dir(source) // outside the module, whose go line may require another toolchain
	var out, errOut bytes.Buffer
	command.Stdout, command.Stderr = &out, &errOut
	err := command.Run()
	var failed *exec.ExitError
	if errors.As(err, &failed) && failed.Exited() { // a signal is no fault of the source
		message := strings.NewReplacer(source+"/", "", filepath.Base(source)+"/", "").Replace(errOut.String())
		return nil, refuse("%s", strings.TrimSpace(message))
	}
	if err != nil {
		return nil, fmt.Errorf("go mod edit: %w", err)
	}
	return out.Bytes(), nil
}

// godebugSettings returns the settings of the godebug lines and blocks in a formatted go.mod.
func godebugSettings(formatted string) []string {
	var settings []string
	block := ""
	for _, line := range strings.Split(formatted, "\n") {
		line, _, _ = strings.Cut(line, "//")
		words := strings.Fields(line)
		switch {
		case len(words) == 0:
		case words[0] == ")":
			block = ""
		case len(words) == 2 && words[1] == "(":
			block = words[0]
		case block == "godebug":
			settings = append(settings, words[0])
		case block == "" && words[0] == "godebug":
			settings = append(settings, words[1])
		}
	}
	return settings
}

// private returns the required modules that the source includes. Their checksums were compared with go.sum when
// they were added.
func (m goMod) private(source string) map[string]bool {
	found := map[string]bool{}
	for _, required := range m.Require {
		folder := filepath.Join(source, privateModules, filepath.FromSlash(required.Path))
		if _, err := os.Stat(filepath.Join(folder, "go.mod")); err == nil && filepath.IsLocal(required.Path) {
			found[required.Path] = true
		}
	}
	return found
}

func (m goMod) text(host string, private map[string]bool) []byte {
	var out bytes.Buffer
	line := func(tokens ...string) { fmt.Fprintln(&out, strings.TrimSpace(strings.Join(tokens, " "))) }
	line("module", quoted(m.Module.Path))
	if m.Go != "" {
		line("go", m.Go)
	}
	for _, setting := range m.godebug {
		line("godebug", setting)
	}
	hasHost := false
	for _, required := range m.Require {
		hasHost = hasHost || required.Path == hostModule
		comment := ""
		if required.Indirect {
			comment = "// indirect"
		}
		line("require", quoted(required.Path), quoted(required.Version), comment)
		if private[required.Path] {
			line("replace", quoted(required.Path), "=>", quoted("./"+privateModules+"/"+required.Path))
		}
	}
	if !hasHost {
		line("require", hostModule, hostVersion)
	}
	for _, excluded := range m.Exclude {
		line("exclude", quoted(excluded.Path), quoted(excluded.Version))
	}
	for _, replaced := range m.Replace {
		if replaced.Old.Path == hostModule {
			continue
		}
		old := quoted(replaced.Old.Path)
		if replaced.Old.Version != "" {
			old += " " + quoted(replaced.Old.Version)
		}
		line("replace", old, "=>", quoted(replaced.New.Path), quoted(replaced.New.Version))
	}
	line("replace", hostModule, "=>", strconv.Quote(host))
	return out.Bytes()
}

// quoted quotes a token if go.mod's grammar requires it.
func quoted(text string) string {
	if strings.ContainsAny(text, " \t\r\n\"`'(),;*") || strings.Contains(text, "//") {
		return strconv.Quote(text)
	}
	return text
}
