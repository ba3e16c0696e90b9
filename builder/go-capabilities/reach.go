package main

import (
	"go/types"
	"sort"
	"strings"

	"golang.org/x/tools/go/callgraph"
	"golang.org/x/tools/go/callgraph/vta"
	"golang.org/x/tools/go/packages"
	"golang.org/x/tools/go/ssa"
	"golang.org/x/tools/go/ssa/ssautil"
)

// functions returns a line for each package that is compiled in, except the plugin's own: its path, then the functions
// that the plugin reaches, named as in the Go vulnerability database. Empty if nothing is known about calls.
func (p program) functions() string {
	if p.seen.ssa == nil {
		return ""
	}
	// The same construction as Capslock's, on the program that it built. It keeps its graph to itself.
	calls := vta.CallGraph(ssautil.AllFunctions(p.seen.ssa), nil)
	byPackage := map[string]map[string]bool{}
	packages.Visit(p.plugin, nil, func(one *packages.Package) {
		if module := one.Module; module == nil || !module.Main {
			byPackage[one.PkgPath] = map[string]bool{}
		}
	})
	for function := range p.reached(calls) {
		path, name := symbolOf(function)
		if names, ok := byPackage[path]; ok && name != "" {
			names[name] = true
		}
	}
	lines := make([]string, 0, len(byPackage))
	for path, names := range byPackage {
		line := []string{path}
		for name := range names {
			line = append(line, name)
		}
		sort.Strings(line[1:])
		lines = append(lines, strings.Join(line, " ")+"\n")
	}
	sort.Strings(lines)
	return strings.Join(lines, "")
}

// reached returns the functions on all paths from those that the platform calls.
func (p program) reached(calls *callgraph.Graph) map[*ssa.Function]bool {
	found := map[*ssa.Function]bool{}
	var queue []*callgraph.Node
	visit := func(node *callgraph.Node) {
		if node.Func != nil && !found[node.Func] {
			found[node.Func] = true
			queue = append(queue, node)
		}
	}
	for function, node := range calls.Nodes {
		if function != nil && (p.isCalled(function) || p.isSerialized(function) || isGenericMethod(function)) {
			visit(node)
		}
	}
	for len(queue) > 0 {
		node := queue[len(queue)-1]
		queue = queue[:len(queue)-1]
		for _, edge := range node.Out {
			visit(edge.Callee)
		}
	}
	return found
}

// isGenericMethod reports whether the function is a method of an instance of a generic type. The graph has no calls of
// those through interfaces, so all of them count as reached.
func isGenericMethod(function *ssa.Function) bool {
	return function.Origin() != nil && function.Signature.Recv() != nil
}

// symbolOf returns a function's package path and its name, such as `Parse` or `Decoder.Decode`. A function literal
// counts as the function that contains it, and a wrapper as what it wraps. The name of an initializer is empty.
func symbolOf(function *ssa.Function) (path, name string) {
	for function.Parent() != nil {
		function = function.Parent()
	}
	if origin := function.Origin(); origin != nil {
		function = origin
	}
	object, ok := function.Object().(*types.Func)
	if !ok || object.Pkg() == nil {
		return packagePath(function), ""
	}
	name = object.Name()
	if receiver := object.Signature().Recv(); receiver != nil {
		typed := types.Unalias(receiver.Type())
		if pointer, ok := typed.(*types.Pointer); ok {
			typed = types.Unalias(pointer.Elem())
		}
		if named, ok := typed.(*types.Named); ok {
			name = named.Obj().Name() + "." + name
		}
	}
	return object.Pkg().Path(), name
}
