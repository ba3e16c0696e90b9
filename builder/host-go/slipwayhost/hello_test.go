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

// TestVariables has each form that an exported variable may take, as Serve is given it.
func TestVariables(t *testing.T) {
	value, pointed, pointer := steps{}, pointerSteps{}, &pointerSteps{}
	var behindInterface pipeline.Plugin = &pointerSteps{}
	var nothing pipeline.Plugin
	storage, twice, misfit := store{}, both{}, short{}
	for _, c := range []struct {
		name     string
		variable interface{}
		wanted   string
		kind     string
		says     string
	}{
		{"a value", &value, "", "pipeline", ""},
		{"a value with methods of its pointer", &pointed, "", "pipeline", ""},
		{"a pointer", &pointer, "pipeline", "pipeline", ""},
		{"an interface", &behindInterface, "pipeline", "pipeline", ""},
		{"storage", &storage, "storage", "storage", ""},
		{"both, wanted as one", &twice, "pipeline", "pipeline", ""},
		{"both, wanted as the other", &twice, "storage", "storage", ""},
		{"an empty interface", &nothing, "pipeline", "", "Plugin (pipeline.Plugin) is nil"},
		{"another signature", &misfit, "pipeline", "", "its method Execute(string) error should be Execute(string, map[string]interface{}, *models.PipelineContext) (map[string]interface{}, error)"},
		{"neither", &misfit, "", "", "Plugin has the incompatible type slipwayhost.short: it is neither a pipeline plugin"},
		{"another kind", &value, "storage", "", "it has no method HealthCheck() (bool, error)"},
	} {
		said, handle := greet(c.variable, c.wanted)
		if said.Kind != c.kind || (handle == nil) != (c.kind == "") {
			t.Errorf("%s: kind %q, want %q", c.name, said.Kind, c.kind)
		}
		if c.says == "" != (said.Error == nil) || said.Error != nil && !strings.Contains(said.Error.Message, c.says) {
			t.Errorf("%s: says %+v, want %q", c.name, said.Error, c.says)
		}
	}
}
