// {{name}} is a pipeline plugin. Each call of Execute runs one of the actions declared in plugin.yaml.
package main

import (
	"fmt"
	"strings"

	"github.com/mimir-aip/mimir-aip-go/pkg/models"
)

type plugin struct{}

// Plugin is the symbol that the host loads.
var Plugin plugin

func (plugin) Execute(action string, params map[string]interface{}, ctx *models.PipelineContext) (map[string]interface{}, error) {
	switch action {
	case "count_words":
		return countWords(params)
	default:
		return nil, fmt.Errorf("unknown action %q", action)
	}
}

func countWords(params map[string]interface{}) (map[string]interface{}, error) {
	text, ok := params["text"].(string)
	if !ok {
		return nil, fmt.Errorf("text must be a string")
	}
	return map[string]interface{}{"words": len(strings.Fields(text))}, nil
}
