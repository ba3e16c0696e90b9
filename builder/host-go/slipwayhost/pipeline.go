package slipwayhost

import (
	"encoding/json"

	"github.com/mimir-aip/mimir-aip-go/pkg/models"
	"github.com/mimir-aip/mimir-aip-go/pkg/pipeline"
)

type executeParams struct {
	Action  string                  `json:"action"`
	Params  map[string]interface{}  `json:"params"`
	Context *models.PipelineContext `json:"context"`
}

type executeResult struct {
	Output  map[string]interface{}  `json:"output"`
	Context *models.PipelineContext `json:"context"`
}

func pipelineHandler(plugin pipeline.Plugin) handler {
	return func(method string, params json.RawMessage) (interface{}, error) {
		if method != "execute" {
			return nil, errUnknownMethod
		}
		call := executeParams{Params: map[string]interface{}{}}
		if err := readParams(params, &call); err != nil {
			return nil, err
		}
		if call.Context == nil {
			call.Context = models.NewPipelineContext(0)
		}
		output, err := plugin.Execute(call.Action, call.Params, call.Context)
		if err != nil {
			return nil, err
		}
		if output == nil {
			output = map[string]interface{}{}
		}
		return executeResult{Output: output, Context: call.Context}, nil
	}
}
