package main

import (
	"regexp"
	"strings"

	"golang.org/x/tools/go/callgraph"
)

const (
	// pathMax is the maximum length of a path reported in full. Longer paths lose their middle.
	pathMax = 12
	// nameMax is the maximum length of a function name, in characters.
	nameMax = 200
	leftOut = "…"
)

func (g *graph) describe(nodes []*callgraph.Node) reached {
	found := reached{Name: g.name}
	var names []string
	for _, node := range nodes {
		name := g.functionName(node)
		if module := g.program.dependency(packagePath(node.Func)); module != nil && found.Module == nil {
			label := module.Path + "@" + module.Version
			found.Module = &label
			found.Through = name
		}
		// A method value's wrapper has the same name as the method; list it once.
		if len(names) == 0 || names[len(names)-1] != name {
			names = append(names, name)
		}
	}
	if found.Through == "" {
		found.Through = names[len(names)-1]
	}
	if len(names) > pathMax {
		shortened := append([]string{}, names[:pathMax/2]...)
		names = append(append(shortened, leftOut), names[len(names)-pathMax/2+1:]...)
	}
	found.Path = names
	return found
}

var (
	pointerReceiver = regexp.MustCompile(`\(\*?([^()]+)\)\.`)
	wrapper         = regexp.MustCompile(`\$(bound|thunk)$`)
	// closure matches the number of a function literal, initializer that of an init function.
	closure     = regexp.MustCompile(`\$\d+(\$\d+)*$`)
	initializer = regexp.MustCompile(`\.init#\d+$`)
)

// functionName returns the name as Go's documentation writes it. `plugin` is the plugin's main package.
func (g *graph) functionName(node *callgraph.Node) string {
	name := node.Func.String()
	name = wrapper.ReplaceAllString(name, "")
	name = closure.ReplaceAllString(name, "")
	name = initializer.ReplaceAllString(name, ".init")
	name = pointerReceiver.ReplaceAllString(name, "$1.")
	own := g.program.plugin[0].PkgPath
	if rest, ok := strings.CutPrefix(name, own+"."); ok {
		name = "plugin." + rest
	}
	if len(name) > nameMax {
		name = name[:nameMax] + leftOut
	}
	return name
}
