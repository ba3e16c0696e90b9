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

// program is the plugin's package main as its author laid it out.
type program struct {
	hasMain bool
	// moved has the files of actions/, by the name that they are compiled under at the root.
	moved map[string]string
}

// readProgram looks only at what the compiler would: build constraints hold.
func readProgram(source string) (program, error) {
	found := program{moved: map[string]string{}}
	files, err := goFiles(source)
	if err != nil {
		return program{}, err
	}
	actions, err := goFiles(filepath.Join(source, actionsFolder))
	if err != nil {
		return program{}, err
	}
	hasPlugin, unreadable, mains := false, false, 0
	look := func(path string, mustBeMain bool) error {
		parsed, err := parser.ParseFile(token.NewFileSet(), filepath.Join(source, path), nil, parser.SkipObjectResolution)
		switch {
		case err != nil:
			unreadable = true // the compiler says what is wrong with it
		case parsed.Name.Name != "main" && mustBeMain:
			return refuse("%s is of package %s; a plugin is package main", path, parsed.Name.Name)
		case parsed.Name.Name != "main":
			return nil // an ordinary package that happens to have the name
		default:
			hasPlugin = hasPlugin || declaresPlugin(parsed)
			found.hasMain = found.hasMain || declaresMain(parsed)
		}
		mains++
		if !mustBeMain {
			found.moved[filepath.Base(path)] = path
		}
		return nil
	}
	for _, name := range files {
		if contains(actions, name) {
			continue // the one of actions/ takes its place, as with Mimir
		}
		if err := look(name, true); err != nil {
			return program{}, err
		}
	}
	for _, name := range actions {
		if err := look(filepath.Join(actionsFolder, name), false); err != nil {
			return program{}, err
		}
	}
	switch {
	case mains == 0:
		return program{}, refuse("there are no Go files at the root of the repository or in %s/", actionsFolder)
	case !hasPlugin && !unreadable:
		return program{}, refuse("there is no package-level `var Plugin` in package main")
	}
	return found, nil
}

// goFiles are those that this machine's compiler would take; none when there is no such folder.
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

func contains(names []string, wanted string) bool {
	for _, name := range names {
		if name == wanted {
			return true
		}
	}
	return false
}
