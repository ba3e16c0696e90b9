// Package models declares the types that plugins use, with the same names, fields and JSON tags as Mimir's package
// at this path.
package models

import "github.com/mimir-aip/mimir-aip-go/internal/secrets"

// PipelineContext is the state shared by the steps of one pipeline run, keyed by step name.
type PipelineContext struct {
	Steps   map[string]map[string]interface{} `json:"steps"`
	MaxSize int                               `json:"max_size"`
}

func NewPipelineContext(maxSize int) *PipelineContext {
	return &PipelineContext{Steps: map[string]map[string]interface{}{}, MaxSize: maxSize}
}

func (pc *PipelineContext) SetStepData(step, key string, value interface{}) {
	if pc.Steps == nil {
		pc.Steps = map[string]map[string]interface{}{}
	}
	if pc.Steps[step] == nil {
		pc.Steps[step] = map[string]interface{}{}
	}
	pc.Steps[step][key] = value
}

func (pc *PipelineContext) GetStepData(step, key string) (interface{}, bool) {
	value, ok := pc.Steps[step][key]
	return value, ok
}

func (pc *PipelineContext) GetAllStepData(step string) (map[string]interface{}, bool) {
	data, ok := pc.Steps[step]
	return data, ok
}

// Secret returns an organization secret that plugin.yaml asks for. It isn't part of the state that steps share.
func (pc *PipelineContext) Secret(name string) (string, error) { return secrets.Get(name) }
