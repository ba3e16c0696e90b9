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

// hello is the first line of output: the plugin's kind and type, or why it can't be served.
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

// greet returns the first line and the exported variable's handler. The handler is nil if the variable doesn't
// satisfy the interface of `kind`, or either kind if `kind` is empty.
func greet(variable interface{}, kind string) (hello, handler) {
	plugin := pluginOf(variable)
	first := hello{Slipway: protocolVersion, Type: reflect.TypeOf(variable).Elem().String(), Go: runtime.Version()}
	if storage, ok := plugin.(models.StoragePlugin); ok && kind != kindPipeline {
		first.Kind = kindStorage
		return first, storageHandler(storage)
	}
	if steps, ok := plugin.(pipeline.Plugin); ok && kind != kindStorage {
		first.Kind = kindPipeline
		return first, pipelineHandler(steps)
	}
	first.Error = &failure{Code: "wrong_interface", Message: mismatchMessage(first.Type, plugin, kind)}
	return first, nil
}

// pluginOf accepts the same variables as Go's plugin package: a value (even with methods on its pointer), a
// pointer, or an interface.
func pluginOf(variable interface{}) interface{} {
	value := reflect.ValueOf(variable).Elem()
	if kind := value.Kind(); kind == reflect.Ptr || kind == reflect.Interface {
		return value.Interface()
	}
	return variable
}

func mismatchMessage(name string, plugin interface{}, kind string) string {
	if plugin == nil {
		return fmt.Sprintf("Plugin (%s) is nil; assign a value", name)
	}
	actual := reflect.TypeOf(plugin)
	notPipeline := fmt.Sprintf("a pipeline plugin (%s)", mismatches(actual, pipelineType))
	notStorage := fmt.Sprintf("a storage plugin (%s)", mismatches(actual, storageType))
	switch kind {
	case kindPipeline:
		return fmt.Sprintf("Plugin has incompatible type %s: it is not %s", name, notPipeline)
	case kindStorage:
		return fmt.Sprintf("Plugin has incompatible type %s: it is not %s", name, notStorage)
	}
	return fmt.Sprintf("Plugin has incompatible type %s: it is neither %s nor %s", name, notPipeline, notStorage)
}

// mismatches names each method that is missing or has the wrong signature.
func mismatches(actual, expected reflect.Type) string {
	var problems []string
	for i := 0; i < expected.NumMethod(); i++ {
		want := expected.Method(i)
		method, ok := actual.MethodByName(want.Name)
		if !ok {
			problems = append(problems, "missing method "+want.Name+signature(want.Type, 0))
			continue
		}
		if got := signature(method.Type, 1); got != signature(want.Type, 0) {
			problems = append(problems, "method "+want.Name+got+" must be "+want.Name+signature(want.Type, 0))
		}
	}
	return strings.Join(problems, "; ")
}

// signature omits the first `skip` parameters. Pass 1 to omit the receiver, which interface methods don't have.
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
