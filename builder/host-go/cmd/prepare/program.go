package main

import (
	"go/ast"
	"go/build"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"strings"
)

const actionsFolder = "actions"

// program describes the layout of the plugin's main package.
type program struct {
	hasMain bool
	// hasWasmMain is hasMain for the files compiled to WebAssembly.
	hasWasmMain bool
	// moved maps the root-level name under which a file in actions/ is compiled to its path.
	moved map[string]string
}

// readProgram reads the files that the compiler would compile: build constraints apply.
func readProgram(source string) (program, error) {
	layout := program{moved: map[string]string{}}
	files, err := goFiles(source)
	if err != nil {
		return program{}, err
	}
	actions, err := goFiles(filepath.Join(source, actionsFolder))
	if err != nil {
		return program{}, err
	}
	hasPlugin, unreadable, mains := false, false, 0
	read := func(path string, mustBeMain bool) error {
		parsed, err := parser.ParseFile(token.NewFileSet(), filepath.Join(source, path), nil, parser.SkipObjectResolution)
		switch {
		case err != nil:
			unreadable = true // the compiler reports the error
		case parsed.Name.Name != "main" && mustBeMain:
			return refuse("%s is in package %s; plugins must be package main", path, parsed.Name.Name)
		case parsed.Name.Name != "main":
			return nil // an ordinary package that happens to be named actions
		default:
			hasPlugin = hasPlugin || declaresPlugin(parsed)
			layout.hasMain = layout.hasMain || declaresMain(parsed)
			isForWasm, err := wasmTarget().MatchFile(filepath.Join(source, filepath.Dir(path)), filepath.Base(path))
			layout.hasWasmMain = layout.hasWasmMain || declaresMain(parsed) && (isForWasm || err != nil)
		}
		mains++
		if !mustBeMain {
			layout.moved[filepath.Base(path)] = path
		}
		return nil
	}
	for _, name := range files {
		if contains(actions, name) {
			continue // the file in actions/ replaces it, as in Mimir
		}
		if err := read(name, true); err != nil {
			return program{}, err
		}
	}
	for _, name := range actions {
		if err := read(filepath.Join(actionsFolder, name), false); err != nil {
			return program{}, err
		}
	}
	switch {
	case mains == 0:
		return program{}, refuse("there are no Go files at the root of the repository or in %s/; a plugin needs at least one", actionsFolder)
	case !hasPlugin && !unreadable:
		return program{}, refuse("package main has no package-level `var Plugin`; declare one")
	}
	return layout, nil
}

// wasmTarget returns the WebAssembly module's build constraints. Files for WebAssembly alone aren't read: a main
// among them doesn't compile.
func wasmTarget() *build.Context {
	target := build.Default
	target.GOOS, target.GOARCH, target.CgoEnabled = "wasip1", "wasm", false
	return &target
}

// goFiles returns the Go files in a folder that this machine's compiler would compile. A missing folder has none.
func goFiles(folder string) ([]string, error) {
	entries, err := os.ReadDir(folder)
	if os.IsNotExist(err) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	constraints := build.Default
	constraints.CgoEnabled = false
	var names []string
	for _, entry := range entries {
		name := entry.Name()
		if entry.IsDir() || !strings.HasSuffix(name, ".go") || strings.HasSuffix(name, "_test.go") {
			continue
		}
		if matches, err := constraints.MatchFile(folder, name); matches || err != nil {
			names = append(names, name)
		}
	}
	return names, nil
}

func declaresMain(file *ast.File) bool {
	for _, declared := range file.Decls {
		if function, ok := declared.(*ast.FuncDecl); ok && function.Recv == nil && function.Name.Name == "main" {
			return true
		}
	}
	return false
}

func declaresPlugin(file *ast.File) bool {
	for _, declared := range file.Decls {
		general, ok := declared.(*ast.GenDecl)
		if !ok || general.Tok != token.VAR {
			continue
		}
		for _, spec := range general.Specs {
			for _, name := range spec.(*ast.ValueSpec).Names {
				if name.Name == "Plugin" {
					return true
				}
			}
		}
	}
	return false
}

func contains(names []string, target string) bool {
	for _, name := range names {
		if name == target {
			return true
		}
	}
	return false
}
