// The handler of handler.py as a pipeline plugin.
package main

import (
	"fmt"
	"strings"
	"unicode/utf8"

	"github.com/mimir-aip/mimir-aip-go/pkg/models"
)

type plugin struct{}

// Plugin is the symbol that the host loads.
var Plugin plugin

func (plugin) Execute(action string, params map[string]interface{}, ctx *models.PipelineContext) (map[string]interface{}, error) {
	text, ok := params["text"].(string)
	if !ok {
		return nil, fmt.Errorf("text must be a string")
	}
	score := 0.0
	for _, letter := range strings.ToLower(text) {
		if letter >= 'a' && letter <= 'z' {
			score += float64(letter-'a') / 25
		}
	}
	return map[string]interface{}{"length": utf8.RuneCountInString(text), "score": score}, nil
}
