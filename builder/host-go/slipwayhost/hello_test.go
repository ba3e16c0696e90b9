package slipwayhost

import (
	"strings"
	"testing"

	"github.com/mimir-aip/mimir-aip-go/pkg/models"
	"github.com/mimir-aip/mimir-aip-go/pkg/pipeline"
)

type steps struct{}

func (steps) Execute(string, map[string]interface{}, *models.PipelineContext) (map[string]interface{}, error) {
	return nil, nil
}

type pointerSteps struct{ calls int }

func (p *pointerSteps) Execute(string, map[string]interface{}, *models.PipelineContext) (map[string]interface{}, error) {
	p.calls++
	return nil, nil
}

type store struct{ models.StoragePlugin }

type both struct {
	steps
	store
}

type short struct{}

func (short) Execute(string) error { return nil }

// TestVariables covers each form that an exported variable may take, as passed to Serve.
func TestVariables(t *testing.T) {
	value, pointed, pointer := steps{}, pointerSteps{}, &pointerSteps{}
	var behindInterface pipeline.Plugin = &pointerSteps{}
	var nothing pipeline.Plugin
	storage, twice, misfit := store{}, both{}, short{}
	for _, c := range []struct {
		name     string
		variable interface{}
		required string
		kind     string
		message  string
	}{
		{"a value", &value, "", "pipeline", ""},
		{"a value with methods on its pointer", &pointed, "", "pipeline", ""},
		{"a pointer", &pointer, "pipeline", "pipeline", ""},
		{"an interface", &behindInterface, "pipeline", "pipeline", ""},
		{"storage", &storage, "storage", "storage", ""},
		{"both kinds, started as pipeline", &twice, "pipeline", "pipeline", ""},
		{"both kinds, started as storage", &twice, "storage", "storage", ""},
		{"an empty interface", &nothing, "pipeline", "", "Plugin (pipeline.Plugin) is nil; assign a value"},
		{"another signature", &misfit, "pipeline", "", "method Execute(string) error must be Execute(string, map[string]interface{}, *models.PipelineContext) (map[string]interface{}, error)"},
		{"neither", &misfit, "", "", "Plugin has incompatible type slipwayhost.short: it is neither a pipeline plugin"},
		{"another kind", &value, "storage", "", "missing method HealthCheck() (bool, error)"},
	} {
		first, handle := greet(c.variable, c.required)
		if first.Kind != c.kind || (handle == nil) != (c.kind == "") {
			t.Errorf("%s: kind %q, want %q", c.name, first.Kind, c.kind)
		}
		if c.message == "" != (first.Error == nil) || first.Error != nil && !strings.Contains(first.Error.Message, c.message) {
			t.Errorf("%s: error %+v, want %q", c.name, first.Error, c.message)
		}
	}
}
