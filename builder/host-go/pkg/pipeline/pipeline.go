// Package pipeline declares the interface of pipeline plugins.
package pipeline

import "github.com/mimir-aip/mimir-aip-go/pkg/models"

// Plugin is the interface of a pipeline plugin's exported Plugin variable.
type Plugin interface {
	Execute(action string, params map[string]interface{}, ctx *models.PipelineContext) (map[string]interface{}, error)
}
