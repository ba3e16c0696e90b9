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

// orEmpty leaves out nothing that Mimir would pass.
func (asked storageParams) orEmpty() storageParams {
	if asked.Config == nil {
		asked.Config = &models.PluginConfig{}
	}
	if asked.Query == nil {
		asked.Query = &models.CIRQuery{}
	}
	return asked
}

// missing names what the method can't do without.
func (asked storageParams) missing(method string) string {
	switch {
	case method == "create_schema" && asked.Ontology == nil:
		return "ontology"
	case method == "store" && asked.CIR == nil:
		return "cir"
	case method == "update" && asked.Updates == nil:
		return "updates"
	}
	return ""
}

type operation func(plugin models.StoragePlugin, asked storageParams) (interface{}, error)

var storageOperations = map[string]operation{
	"initialize": func(models.StoragePlugin, storageParams) (interface{}, error) { return done{true}, nil },
	"create_schema": func(plugin models.StoragePlugin, asked storageParams) (interface{}, error) {
		return done{true}, plugin.CreateSchema(asked.Ontology)
	},
	"store": func(plugin models.StoragePlugin, asked storageParams) (interface{}, error) {
		return plugin.Store(asked.CIR)
	},
	"retrieve": func(plugin models.StoragePlugin, asked storageParams) (interface{}, error) {
		records, err := plugin.Retrieve(asked.Query)
		if records == nil {
			records = []*models.CIR{}
		}
		return records, err
	},
	"update": func(plugin models.StoragePlugin, asked storageParams) (interface{}, error) {
		return plugin.Update(asked.Query, asked.Updates)
	},
	"delete": func(plugin models.StoragePlugin, asked storageParams) (interface{}, error) {
		return plugin.Delete(asked.Query)
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
	return func(method string, params json.RawMessage) (interface{}, error) {
		operate, ok := storageOperations[method]
		if !ok {
			return nil, errUnknownMethod
		}
		var asked storageParams
		if err := readParams(params, &asked); err != nil {
			return nil, err
		}
		if name := asked.missing(method); name != "" {
			return nil, badRequest{fmt.Errorf("%s needs params.%s", method, name)}
		}
		asked = asked.orEmpty()
		plugin := copyOf(exported)
		if err := plugin.Initialize(asked.Config); err != nil {
			return nil, fmt.Errorf("initialize: %w", err)
		}
		return operate(plugin, asked)
	}
}

// copyOf is shallow, as Mimir's is.
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
