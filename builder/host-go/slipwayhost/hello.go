package slipwayhost

import (
	"fmt"
	"reflect"
	"runtime"
	"strings"

	"github.com/mimir-aip/mimir-aip-go/pkg/models"
	"github.com/mimir-aip/mimir-aip-go/pkg/pipeline"
)

const protocolVersion = 1

const (
	kindPipeline = "pipeline"
	kindStorage  = "storage"
)

// hello is the first line: what was compiled in, or why it can't be served.
type hello struct {
	Slipway int      `json:"slipway"`
	Kind    string   `json:"kind,omitempty"`
	Type    string   `json:"type"`
	Go      string   `json:"go"`
	Error   *failure `json:"error,omitempty"`
}

var (
	pipelineType = reflect.TypeOf((*pipeline.Plugin)(nil)).Elem()
	storageType  = reflect.TypeOf((*models.StoragePlugin)(nil)).Elem()
)

func greet(variable interface{}, wanted string) (hello, handler) {
	plugin := pluginOf(variable)
	said := hello{Slipway: protocolVersion, Type: reflect.TypeOf(variable).Elem().String(), Go: runtime.Version()}
	if storage, ok := plugin.(models.StoragePlugin); ok && wanted != kindPipeline {
		said.Kind = kindStorage
		return said, storageHandler(storage)
	}
	if steps, ok := plugin.(pipeline.Plugin); ok && wanted != kindStorage {
		said.Kind = kindPipeline
		return said, pipelineHandler(steps)
	}
	said.Error = &failure{Code: "wrong_interface", Message: unfit(said.Type, plugin, wanted)}
	return said, nil
}

// pluginOf accepts what a host of shared objects would: the variable may hold a value, whose methods may be its pointer's, or a
// pointer, or an interface.
func pluginOf(variable interface{}) interface{} {
	value := reflect.ValueOf(variable).Elem()
	if kind := value.Kind(); kind == reflect.Ptr || kind == reflect.Interface {
		return value.Interface()
	}
	return variable
}

func unfit(name string, plugin interface{}, wanted string) string {
	if plugin == nil {
		return fmt.Sprintf("Plugin (%s) is nil", name)
	}
	has := reflect.TypeOf(plugin)
	notPipeline := fmt.Sprintf("a pipeline plugin (%s)", misfits(has, pipelineType))
	notStorage := fmt.Sprintf("a storage plugin (%s)", misfits(has, storageType))
	switch wanted {
	case kindPipeline:
		return fmt.Sprintf("Plugin has the incompatible type %s: it is not %s", name, notPipeline)
	case kindStorage:
		return fmt.Sprintf("Plugin has the incompatible type %s: it is not %s", name, notStorage)
	}
	return fmt.Sprintf("Plugin has the incompatible type %s: it is neither %s nor %s", name, notPipeline, notStorage)
}

// misfits names each method that is missing or has another signature.
func misfits(has, wanted reflect.Type) string {
	var found []string
	for i := 0; i < wanted.NumMethod(); i++ {
		want := wanted.Method(i)
		method, ok := has.MethodByName(want.Name)
		if !ok {
			found = append(found, "it has no method "+want.Name+signature(want.Type, 0))
			continue
		}
		if is := signature(method.Type, 1); is != signature(want.Type, 0) {
			found = append(found, "its method "+want.Name+is+" should be "+want.Name+signature(want.Type, 0))
		}
	}
	return strings.Join(found, "; ")
}

// signature leaves out the first `skip` parameters: the receiver, of a method that isn't an interface's.
func signature(method reflect.Type, skip int) string {
	var in, out []string
	for i := skip; i < method.NumIn(); i++ {
		in = append(in, typeName(method.In(i)))
	}
	for i := 0; i < method.NumOut(); i++ {
		out = append(out, typeName(method.Out(i)))
	}
	results := strings.Join(out, ", ")
	if len(out) > 1 {
		results = "(" + results + ")"
	}
	return strings.TrimSpace("(" + strings.Join(in, ", ") + ") " + results)
}

func typeName(t reflect.Type) string {
	return strings.ReplaceAll(t.String(), "interface {}", "interface{}")
}
