// {{name}} is a storage plugin. It stores records in memory; replace the method bodies with calls to your database.
package main

import (
	"fmt"
	"sync"

	"github.com/mimir-aip/mimir-aip-go/pkg/models"
)

// The host copies Plugin for every operation, so state that must persist is behind a pointer.
type plugin struct {
	records *records
}

type records struct {
	mutex sync.Mutex
	all   []*models.CIR
}

// Plugin is the symbol that the host loads.
var Plugin = plugin{records: &records{}}

func (p *plugin) Initialize(config *models.PluginConfig) error { return nil }

func (p *plugin) CreateSchema(ontology *models.OntologyDefinition) error { return nil }

func (p *plugin) Store(cir *models.CIR) (*models.StorageResult, error) {
	if err := cir.Validate(); err != nil {
		return nil, err
	}
	p.records.mutex.Lock()
	defer p.records.mutex.Unlock()
	p.records.all = append(p.records.all, cir)
	return &models.StorageResult{Success: true, AffectedItems: 1}, nil
}

func (p *plugin) Retrieve(query *models.CIRQuery) ([]*models.CIR, error) {
	p.records.mutex.Lock()
	defer p.records.mutex.Unlock()
	matching := []*models.CIR{}
	for _, cir := range p.records.all {
		if matches(cir, query.Filters) {
			matching = append(matching, cir)
		}
	}
	return matching, nil
}

func (p *plugin) Update(query *models.CIRQuery, updates *models.CIRUpdate) (*models.StorageResult, error) {
	p.records.mutex.Lock()
	defer p.records.mutex.Unlock()
	count := 0
	for _, cir := range p.records.all {
		data, err := cir.GetDataAsMap()
		if err != nil || !matches(cir, query.Filters) {
			continue
		}
		for key, value := range updates.Updates {
			data[key] = value
		}
		cir.Data = data
		count++
	}
	return &models.StorageResult{Success: true, AffectedItems: count}, nil
}

func (p *plugin) Delete(query *models.CIRQuery) (*models.StorageResult, error) {
	p.records.mutex.Lock()
	defer p.records.mutex.Unlock()
	remaining := []*models.CIR{}
	for _, cir := range p.records.all {
		if !matches(cir, query.Filters) {
			remaining = append(remaining, cir)
		}
	}
	count := len(p.records.all) - len(remaining)
	p.records.all = remaining
	return &models.StorageResult{Success: true, AffectedItems: count}, nil
}

func (p *plugin) GetMetadata() (*models.StorageMetadata, error) {
	return &models.StorageMetadata{
		StorageType:  "{{name}}",
		Version:      "1.0.0",
		Capabilities: []string{"store", "retrieve", "update", "delete"},
	}, nil
}

func (p *plugin) HealthCheck() (bool, error) { return true, nil }

// matches supports only equality.
func matches(cir *models.CIR, filters []models.CIRCondition) bool {
	data, err := cir.GetDataAsMap()
	if err != nil {
		return len(filters) == 0
	}
	for _, filter := range filters {
		if fmt.Sprint(data[filter.Attribute]) != fmt.Sprint(filter.Value) {
			return false
		}
	}
	return true
}
