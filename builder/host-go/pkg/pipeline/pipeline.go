// Package pipeline declares what a pipeline plugin is.
package pipeline

import "github.com/mimir-aip/mimir-aip-go/pkg/models"

// Plugin is what the exported Plugin variable of a pipeline plugin must satisfy.
type Plugin interface {
	Execute(action string, params map[string]interface{}, ctx *models.PipelineContext) (map[string]interface{}, error)
}
