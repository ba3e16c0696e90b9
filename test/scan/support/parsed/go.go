// Prints what go/parser reads in Go files, as far as it matters to the scan policy. Reads one JSON object per line,
// each naming a file. The arguments name the watched packages and, after a dot, the prefixes of watched methods.
package main

import (
	"bufio"
	"encoding/json"
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path"
	"slices"
	"strconv"
	"strings"
)

type found struct {
	Line int    `json:"line"`
	Name string `json:"name"`
}

type use struct {
	Line    int    `json:"line"`
	Package string `json:"package"` // empty for a method
	Member  string `json:"member"`
}

type file struct {
	Path       string  `json:"path"`
	Refused    bool    `json:"refused"`
	Imports    []found `json:"imports"`
	Functions  []found `json:"functions"`
	Directives []found `json:"directives"`
	Uses       []use   `json:"uses"`
}

type watchList struct {
	packages map[string]bool
	methods  []string
}

func (list watchList) hasMethod(name string) bool {
	return slices.ContainsFunc(list.methods, func(prefix string) bool { return strings.HasPrefix(name, prefix) })
}

func main() {
	watched := watchList{packages: map[string]bool{}}
	for _, name := range os.Args[1:] {
		if method, ok := strings.CutPrefix(name, "."); ok {
			watched.methods = append(watched.methods, method)
		} else {
			watched.packages[name] = true
		}
	}
	lines := bufio.NewScanner(os.Stdin)
	output := bufio.NewWriter(os.Stdout)
	defer output.Flush()
	encoder := json.NewEncoder(output)
	for lines.Scan() {
		if err := encoder.Encode(read(lines.Text(), watched)); err != nil {
			panic(err)
		}
	}
}

func read(name string, watched watchList) file {
	text, err := os.ReadFile(name)
	if err != nil {
		panic(err)
	}
	files := token.NewFileSet()
	result := file{Path: name, Imports: []found{}, Functions: []found{}, Directives: []found{}, Uses: []use{}}
	parsed, err := parser.ParseFile(files, "", text, parser.ParseComments)
	if err != nil {
		result.Refused = true
		return result
	}
	// Lines as in the text, ignoring //line directives.
	lineOf := func(at token.Pos) int { return files.PositionFor(at, false).Line }
	named := map[string]string{}
	dotted := []string{}
	for _, spec := range parsed.Imports {
		imported, err := strconv.Unquote(spec.Path.Value)
		if err != nil {
			panic(err)
		}
		result.Imports = append(result.Imports, found{lineOf(spec.Path.Pos()), imported})
		local := path.Base(imported)
		if spec.Name != nil {
			local = spec.Name.Name
		}
		if !watched.packages[imported] {
			continue
		}
		if local == "." {
			dotted = append(dotted, imported)
		} else {
			named[local] = imported
		}
	}
	for _, declaration := range parsed.Decls {
		if function, ok := declaration.(*ast.FuncDecl); ok && function.Recv == nil {
			result.Functions = append(result.Functions, found{lineOf(function.Name.Pos()), function.Name.Name})
		}
	}
	for _, group := range parsed.Comments {
		for _, comment := range group.List {
			if directive, ok := strings.CutPrefix(comment.Text, "//go:"); ok {
				name, _, _ := strings.Cut(directive, " ")
				result.Directives = append(result.Directives, found{lineOf(comment.Pos()), "go:" + name})
			}
		}
	}
	for _, name := range parsed.Unresolved {
		for _, imported := range dotted {
			result.Uses = append(result.Uses, use{lineOf(name.Pos()), imported, name.Name})
		}
	}
	ast.Inspect(parsed, func(node ast.Node) bool {
		selector, ok := node.(*ast.SelectorExpr)
		if !ok {
			return true
		}
		if base, ok := selector.X.(*ast.Ident); ok && base.Obj == nil && named[base.Name] != "" {
			result.Uses = append(result.Uses, use{lineOf(base.Pos()), named[base.Name], selector.Sel.Name})
		} else if watched.hasMethod(selector.Sel.Name) {
			result.Uses = append(result.Uses, use{lineOf(selector.Sel.Pos()), "", selector.Sel.Name})
		}
		return true
	})
	return result
}
