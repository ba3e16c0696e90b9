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

// nativeExtensions lists the extensions of non-Go files that `go build` would compile or link (.syso even without
// cgo).
var nativeExtensions = map[string]bool{
	".a": true, ".c": true, ".cc": true, ".cpp": true, ".cxx": true, ".f": true, ".F": true, ".f90": true, ".for": true,
	".h": true, ".hh": true, ".hpp": true, ".hxx": true, ".m": true, ".o": true, ".s": true, ".S": true, ".so": true,
	".swig": true, ".swigcxx": true, ".syso": true,
}

// refusedDirectives bypass the language's rules. The compiler rejects only some of them.
var refusedDirectives = []string{"//go:linkname", "//go:cgo_"}

// checkTree rejects source that must not be compiled. It checks every folder, because the author's imports decide
// which ones are compiled. It returns the imported paths that no module can provide.
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
			return refuse("%s is a symbolic link; replace it with a file", name)
		case !entry.Type().IsRegular():
			return refuse("%s is not a regular file; remove it", name)
		case nativeExtensions[filepath.Ext(name)]:
			return refuse("%s: native code is not allowed; only Go source is compiled", name)
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

// checkGoFile ignores syntax errors: the compiler reports them better.
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
				return refuse("%s: import \"C\": cgo is disabled", files.PositionFor(spec.Pos(), false))
			}
			// A module path starts with a host name.
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
				// Use the position in the file itself: a //line comment can override the reported one.
				line := files.PositionFor(at, false).Line
				return refuse("%s:%d: %s is not allowed", name, line, strings.Fields(literal)[0])
			}
		}
	}
}
