package main

import (
	"go/types"
	"strings"

	"github.com/google/capslock/analyzer"
	"golang.org/x/tools/go/packages"
	"golang.org/x/tools/go/ssa"
)

const (
	// hostModule is the part of Slipway that plugins import. It is trusted, so paths through it count as the plugin's
	// own.
	hostModule = "github.com/mimir-aip/mimir-aip-go"
	// entryFile is written by the builder. Its calls aren't the plugin's doing.
	entryFile = "zz_slipway_entry.go"
)

// program is a plugin with all packages compiled into it.
type program struct {
	plugin []*packages.Package
	// modules maps package paths outside the standard library to their packages.
	modules map[string]*packages.Module
	// queried has the same packages in the form Capslock expects.
	queried map[*types.Package]struct{}
	// seen gets Capslock's program once it is built.
	seen *seenProgram
}

type seenProgram struct{ ssa *ssa.Program }

// load reads the plugin and its modules. It fails if any package has errors, because an unread part could reach
// anything.
func load(source string) (program, error) {
	config := &packages.Config{Mode: analyzer.PackagesLoadModeNeeded, Dir: source, BuildFlags: []string{"-mod=readonly"}}
	loaded, err := packages.Load(config, ".")
	if err != nil {
		return program{}, failure("reading the source: %s", firstLine(err.Error()))
	}
	read := program{plugin: loaded, modules: map[string]*packages.Module{}, queried: map[*types.Package]struct{}{}, seen: &seenProgram{}}
	var wrong error
	packages.Visit(loaded, nil, func(one *packages.Package) {
		if wrong == nil && len(one.Errors) > 0 {
			wrong = failure("reading %s: %s", one.PkgPath, firstLine(one.Errors[0].Msg))
		}
		if one.Module != nil {
			read.modules[one.PkgPath] = one.Module
			read.queried[one.Types] = struct{}{}
		}
	})
	return read, wrong
}

// dependency returns the package's module if the plugin requires it.
func (p program) dependency(path string) *packages.Module {
	module := p.modules[path]
	if module == nil || module.Main || module.Path == hostModule {
		return nil
	}
	return module
}

func (p program) isStandard(path string) bool { return p.modules[path] == nil }

func firstLine(text string) string {
	line, _, _ := strings.Cut(strings.TrimSpace(text), "\n")
	return line
}
