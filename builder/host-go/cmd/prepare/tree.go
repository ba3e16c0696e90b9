package main

import (
	"go/parser"
	"go/scanner"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"sort"
	"strconv"
	"strings"
)

// nativeExtensions are those of files that `go build` would compile or link beside Go's, a .syso also without cgo.
var nativeExtensions = map[string]bool{
	".a": true, ".c": true, ".cc": true, ".cpp": true, ".cxx": true, ".f": true, ".F": true, ".f90": true, ".for": true,
	".h": true, ".hh": true, ".hpp": true, ".hxx": true, ".m": true, ".o": true, ".s": true, ".S": true, ".so": true,
	".swig": true, ".swigcxx": true, ".syso": true,
}

// refusedDirectives reach around what the language allows; the compiler refuses some of them, and not others.
var refusedDirectives = []string{"//go:linkname", "//go:cgo_"}

// checkTree refuses what must not be compiled, wherever it lies: whether a folder is compiled is the author's to say, not ours. It
// returns what the Go files import that no module can provide.
func checkTree(source string) ([]string, error) {
	imports := map[string]bool{}
	err := filepath.WalkDir(source, func(path string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		name, err := filepath.Rel(source, path)
		switch {
		case err != nil:
			return err
		case entry.IsDir():
			return nil
		case entry.Type()&fs.ModeSymlink != 0:
			return refuse("%s is a symbolic link", name)
		case !entry.Type().IsRegular():
			return refuse("%s is not a regular file", name)
		case nativeExtensions[filepath.Ext(name)]:
			return refuse("%s: only Go source is compiled, nothing native beside it", name)
		case filepath.Ext(name) == ".go":
			return checkGoFile(path, name, imports)
		}
		return nil
	})
	var sorted []string
	for path := range imports {
		sorted = append(sorted, path)
	}
	sort.Strings(sorted)
	return sorted, err
}

// checkGoFile leaves what can't be parsed to the compiler, which says it better.
func checkGoFile(path, name string, imports map[string]bool) error {
	text, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	files := token.NewFileSet()
	if parsed, err := parser.ParseFile(files, name, text, parser.ImportsOnly); err == nil {
		for _, spec := range parsed.Imports {
			imported, err := strconv.Unquote(spec.Path.Value)
			if err == nil && imported == "C" {
				return refuse("%s: import \"C\": cgo is off", files.PositionFor(spec.Pos(), false))
			}
			// The first element of a module's path is a host's name.
			if first, _, _ := strings.Cut(imported, "/"); err == nil && !strings.Contains(first, ".") {
				imports[imported] = true
			}
		}
	}
	return checkDirectives(files, name, text)
}

func checkDirectives(files *token.FileSet, name string, text []byte) error {
	var scan scanner.Scanner
	file := files.AddFile(name, files.Base(), len(text))
	scan.Init(file, text, func(token.Position, string) {}, scanner.ScanComments)
	for {
		at, kind, literal := scan.Scan()
		if kind == token.EOF {
			return nil
		}
		if kind != token.COMMENT {
			continue
		}
		for _, directive := range refusedDirectives {
			if strings.HasPrefix(literal, directive) {
				// By the file itself: a //line comment may say another position.
				line := files.PositionFor(at, false).Line
				return refuse("%s:%d: %s is not allowed", name, line, strings.Fields(literal)[0])
			}
		}
	}
}
