package main

import (
	"go/types"
	"sort"
	"strings"

	"github.com/google/capslock/analyzer"
	"github.com/google/capslock/proto"
	"golang.org/x/tools/go/callgraph"
	"golang.org/x/tools/go/ssa"
)

// graph holds the calls on all paths from the plugin's packages and its modules to one capability.
type graph struct {
	program program
	name    string
	callees map[*callgraph.Node][]*callgraph.Node
	callers map[*callgraph.Node][]*callgraph.Node
	ends    []*callgraph.Node
}

// classifier extends Capslock's classifier with the cases it misses.
type classifier struct {
	analyzer.Classifier
	seen *seenProgram
}

func (c classifier) IncludeCall(edge *callgraph.Edge) bool {
	if c.seen.ssa == nil {
		c.seen.ssa = edge.Callee.Func.Prog
	}
	return c.Classifier.IncludeCall(edge)
}

func (c classifier) FunctionCategory(path, name string) proto.Capability {
	// TypeFor is as safe as reflect.TypeOf, which Capslock already knows. Otherwise, initializing encoding/json would
	// count as reflection.
	if strings.HasPrefix(name, "reflect.TypeFor") {
		return proto.Capability_CAPABILITY_SAFE
	}
	return c.Classifier.FunctionCategory(path, name)
}

// graphs returns a graph for each capability that the plugin reaches, sorted by name.
func (p program) graphs() []*graph {
	classifier := classifier{analyzer.GetClassifier(false), p.seen}
	byName := map[string]*graph{}
	var current *graph
	next := func(capability proto.Capability) bool {
		name := strings.TrimPrefix(capability.String(), "CAPABILITY_")
		current = &graph{
			program: p,
			name:    name,
			callees: map[*callgraph.Node][]*callgraph.Node{},
			callers: map[*callgraph.Node][]*callgraph.Node{},
		}
		byName[name] = current
		return true
	}
	call := func(edge *callgraph.Edge) {
		current.callees[edge.Caller] = append(current.callees[edge.Caller], edge.Callee)
		current.callers[edge.Callee] = append(current.callers[edge.Callee], edge.Caller)
	}
	end := func(node *callgraph.Node, capability proto.Capability) {
		// Capslock also searches function bodies for assembly, unsafe and reflection. In the standard library, those are
		// the toolchain's own.
		path := packagePath(node.Func)
		if !p.isStandard(path) || classifier.FunctionCategory(path, node.Func.String()) == capability {
			current.ends = append(current.ends, node)
		}
	}
	config := &analyzer.Config{Classifier: classifier}
	analyzer.CapabilityGraph(p.plugin, p.queried, config, nil, call, end, next)
	var graphs []*graph
	for _, one := range byName {
		graphs = append(graphs, one)
	}
	sort.Slice(graphs, func(i, j int) bool { return graphs[i].name < graphs[j].name })
	return graphs
}

// example returns the best path to the capability. It prefers a path through a required module, because anyone can
// read the plugin's own calls in its source. Next comes a path from a function that the platform calls, then the
// shortest.
func (g *graph) example() (reached, bool) {
	toEnd := search(g.ends, g.callers)
	var called, serialized []*callgraph.Node
	for node := range toEnd {
		if g.program.isCalled(node.Func) {
			called = append(called, node)
		} else if g.program.isSerialized(node.Func) {
			serialized = append(serialized, node)
		}
	}
	fromCalled, fromSerialized := search(called, g.callees), search(serialized, g.callees)
	isDependency := func(node *callgraph.Node) bool { return g.program.dependency(packagePath(node.Func)) != nil }
	isAny := func(*callgraph.Node) bool { return true }
	for _, from := range []map[*callgraph.Node]step{fromCalled, fromSerialized} {
		if through := shortest(from, toEnd, isDependency); through != nil {
			return g.describe(pathThrough(through, from, toEnd)), true
		}
	}
	for _, from := range []map[*callgraph.Node]step{fromCalled, fromSerialized} {
		if through := shortest(from, toEnd, isAny); through != nil {
			return g.describe(pathThrough(through, from, toEnd)), true
		}
	}
	return reached{}, false
}

// shortest returns the node with the shortest total path through it.
func shortest(from, to map[*callgraph.Node]step, is func(*callgraph.Node) bool) *callgraph.Node {
	var best *callgraph.Node
	length := func(node *callgraph.Node) int { return from[node].distance + to[node].distance }
	for node := range from {
		if _, ok := to[node]; !ok || !is(node) {
			continue
		}
		if best == nil || length(node) < length(best) || length(node) == length(best) && before(node, best) {
			best = node
		}
	}
	return best
}

func pathThrough(through *callgraph.Node, from, to map[*callgraph.Node]step) []*callgraph.Node {
	path := []*callgraph.Node{through}
	for node := from[through].next; node != nil; node = from[node].next {
		path = append([]*callgraph.Node{node}, path...)
	}
	for node := to[through].next; node != nil; node = to[node].next {
		path = append(path, node)
	}
	return path
}

type step struct {
	distance int
	next     *callgraph.Node
}

// search returns the nodes reachable from the starts, each with the step back toward them.
func search(starts []*callgraph.Node, edges map[*callgraph.Node][]*callgraph.Node) map[*callgraph.Node]step {
	found := map[*callgraph.Node]step{}
	queue := append([]*callgraph.Node{}, starts...)
	sort.Slice(queue, func(i, j int) bool { return before(queue[i], queue[j]) })
	for _, node := range queue {
		found[node] = step{}
	}
	for len(queue) > 0 {
		node := queue[0]
		queue = queue[1:]
		neighbors := append([]*callgraph.Node{}, edges[node]...)
		sort.Slice(neighbors, func(i, j int) bool { return before(neighbors[i], neighbors[j]) })
		for _, neighbor := range neighbors {
			if _, ok := found[neighbor]; ok {
				continue
			}
			found[neighbor] = step{distance: found[node].distance + 1, next: node}
			queue = append(queue, neighbor)
		}
	}
	return found
}

// before orders functions by name, so that the same source always gives the same path.
func before(a, b *callgraph.Node) bool { return a.Func.String() < b.Func.String() }

// packagePath returns the function's package path, even for wrappers and instances of generic functions.
func packagePath(function *ssa.Function) string {
	if origin := function.Origin(); origin != nil {
		function = origin
	}
	if own := function.Package(); own != nil {
		return own.Pkg.Path()
	}
	if object := types.Object(function.Object()); object != nil && object.Pkg() != nil {
		return object.Pkg().Path()
	}
	return ""
}
