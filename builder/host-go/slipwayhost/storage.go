package slipwayhost

import (
	"encoding/json"
	"fmt"
	"reflect"

	"github.com/mimir-aip/mimir-aip-go/pkg/models"
)

type storageParams struct {
	Config   *models.PluginConfig       `json:"config"`
	Ontology *models.OntologyDefinition `json:"ontology"`
	CIR      *models.CIR                `json:"cir"`
	Query    *models.CIRQuery           `json:"query"`
	Updates  *models.CIRUpdate          `json:"updates"`
}

// orEmpty sets missing parameters that Mimir always passes to empty values.
func (params storageParams) orEmpty() storageParams {
	if params.Config == nil {
		params.Config = &models.PluginConfig{}
	}
	if params.Query == nil {
		params.Query = &models.CIRQuery{}
	}
	return params
}

// missing returns the name of a required parameter that the call lacks.
func (params storageParams) missing(method string) string {
	switch {
	case method == "create_schema" && params.Ontology == nil:
		return "ontology"
	case method == "store" && params.CIR == nil:
		return "cir"
	case method == "update" && params.Updates == nil:
		return "updates"
	}
	return ""
}

type operation func(plugin models.StoragePlugin, params storageParams) (interface{}, error)

var storageOperations = map[string]operation{
	"initialize": func(models.StoragePlugin, storageParams) (interface{}, error) { return done{true}, nil },
	"create_schema": func(plugin models.StoragePlugin, params storageParams) (interface{}, error) {
		return done{true}, plugin.CreateSchema(params.Ontology)
	},
	"store": func(plugin models.StoragePlugin, params storageParams) (interface{}, error) {
		return plugin.Store(params.CIR)
	},
	"retrieve": func(plugin models.StoragePlugin, params storageParams) (interface{}, error) {
		records, err := plugin.Retrieve(params.Query)
		if records == nil {
			records = []*models.CIR{}
		}
		return records, err
	},
	"update": func(plugin models.StoragePlugin, params storageParams) (interface{}, error) {
		return plugin.Update(params.Query, params.Updates)
	},
	"delete": func(plugin models.StoragePlugin, params storageParams) (interface{}, error) {
		return plugin.Delete(params.Query)
	},
	"metadata": func(plugin models.StoragePlugin, _ storageParams) (interface{}, error) {
		return plugin.GetMetadata()
	},
	"health": func(plugin models.StoragePlugin, _ storageParams) (interface{}, error) {
		healthy, err := plugin.HealthCheck()
		return health{healthy}, err
	},
}

type done struct {
	OK bool `json:"ok"`
}

type health struct {
	Healthy bool `json:"healthy"`
}

func storageHandler(exported models.StoragePlugin) handler {
	return func(method string, encoded json.RawMessage) (interface{}, error) {
		operate, ok := storageOperations[method]
		if !ok {
			return nil, errUnknownMethod
		}
		var params storageParams
		if err := readParams(encoded, &params); err != nil {
			return nil, err
		}
		if name := params.missing(method); name != "" {
			return nil, badRequest{fmt.Errorf("params.%s is required for %s", name, method)}
		}
		params = params.orEmpty()
		plugin := copyOf(exported)
		if err := plugin.Initialize(params.Config); err != nil {
			return nil, fmt.Errorf("initialize: %w", err)
		}
		return operate(plugin, params)
	}
}

// copyOf makes a shallow copy, as Mimir does.
func copyOf(exported models.StoragePlugin) models.StoragePlugin {
	value := reflect.ValueOf(exported)
	if value.Kind() != reflect.Ptr || value.IsNil() {
		return exported
	}
	fresh := reflect.New(value.Elem().Type())
	fresh.Elem().Set(value.Elem())
	if plugin, ok := fresh.Interface().(models.StoragePlugin); ok {
		return plugin
	}
	return exported
}
