package main

import (
	"go/types"
	"path/filepath"

	"golang.org/x/tools/go/ssa"
)

// isCalled reports whether the platform calls the function, directly or when it initializes the program. Every
// function in the plugin's main package counts.
func (p program) isCalled(function *ssa.Function) bool {
	path := packagePath(function)
	if p.isTrusted(path) {
		return false
	}
	if receiver := function.Signature.Recv(); receiver != nil && p.isPluginMethod(function, receiver.Type()) {
		return true
	}
	file := function.Prog.Fset.Position(function.Pos()).Filename
	return path == p.plugin[0].PkgPath && filepath.Base(file) != entryFile
}

// parameters maps each method that encoding/json or fmt calls on a plugin's return or panic values to its parameter
// count. No static call reaches these methods.
var parameters = map[string]int{"Error": 0, "Format": 2, "GoString": 0, "MarshalJSON": 0, "MarshalText": 0, "String": 0}

func (p program) isSerialized(function *ssa.Function) bool {
	if p.isTrusted(packagePath(function)) || function.Signature.Recv() == nil {
		return false
	}
	count, ok := parameters[function.Name()]
	return ok && function.Signature.Params().Len() == count
}

// isTrusted reports whether the package belongs to the toolchain or Slipway.
func (p program) isTrusted(path string) bool {
	return p.isStandard(path) || p.modules[path].Path == hostModule
}

// isPluginMethod reports whether the function is a method of `Plugin`, whose type may come from a required module.
func (p program) isPluginMethod(function *ssa.Function, receiver types.Type) bool {
	plugin := p.plugin[0].Types.Scope().Lookup("Plugin")
	if plugin == nil {
		return false
	}
	if declared, ok := plugin.Type().Underlying().(*types.Interface); ok {
		method, _, _ := types.LookupFieldOrMethod(declared, false, plugin.Pkg(), function.Name())
		return method != nil && types.Implements(receiver, declared)
	}
	own := plugin.Type()
	if _, ok := own.Underlying().(*types.Pointer); !ok {
		own = types.NewPointer(own)
	}
	selection := types.NewMethodSet(own).Lookup(plugin.Pkg(), function.Name())
	return selection != nil && selection.Obj() == types.Object(function.Object())
}
