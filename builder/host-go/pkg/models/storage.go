package models

import "github.com/mimir-aip/mimir-aip-go/internal/secrets"

// StoragePlugin is the interface of a storage plugin's exported Plugin variable. The host copies that variable for
// every operation and initializes the copy. State that must persist between operations belongs behind a pointer, in
// a map or in a package variable.
type StoragePlugin interface {
	Initialize(config *PluginConfig) error
	CreateSchema(ontology *OntologyDefinition) error
	Store(cir *CIR) (*StorageResult, error)
	Retrieve(query *CIRQuery) ([]*CIR, error)
	Update(query *CIRQuery, updates *CIRUpdate) (*StorageResult, error)
	Delete(query *CIRQuery) (*StorageResult, error)
	GetMetadata() (*StorageMetadata, error)
	HealthCheck() (bool, error)
}

type PluginConfig struct {
	ConnectionString string                 `json:"connection_string"`
	Credentials      map[string]interface{} `json:"credentials,omitempty"`
	Options          map[string]interface{} `json:"options,omitempty"`
}

// Secret returns an organization secret that plugin.yaml asks for.
func (config *PluginConfig) Secret(name string) (string, error) { return secrets.Get(name) }

type OntologyDefinition struct {
	Entities      []EntityDefinition       `json:"entities"`
	Relationships []RelationshipDefinition `json:"relationships"`
}

type EntityDefinition struct {
	Name       string                `json:"name"`
	Attributes []AttributeDefinition `json:"attributes"`
	PrimaryKey []string              `json:"primary_key,omitempty"`
}

type AttributeDefinition struct {
	Name         string      `json:"name"`
	Type         string      `json:"type"`
	Nullable     bool        `json:"nullable,omitempty"`
	DefaultValue interface{} `json:"default_value,omitempty"`
}

type RelationshipDefinition struct {
	Name       string `json:"name"`
	FromEntity string `json:"from_entity"`
	ToEntity   string `json:"to_entity"`
	Type       string `json:"type"`
}

type CIRQuery struct {
	EntityType string          `json:"entity_type,omitempty"`
	Filters    []CIRCondition  `json:"filters,omitempty"`
	OrderBy    []OrderByClause `json:"order_by,omitempty"`
	Limit      int             `json:"limit,omitempty"`
	Offset     int             `json:"offset,omitempty"`
}

type CIRCondition struct {
	Attribute string      `json:"attribute"`
	Operator  string      `json:"operator"`
	Value     interface{} `json:"value"`
}

type OrderByClause struct {
	Attribute string `json:"attribute"`
	Direction string `json:"direction"`
}

type CIRUpdate struct {
	Filters []CIRCondition         `json:"filters"`
	Updates map[string]interface{} `json:"updates"`
}

type StorageResult struct {
	Success       bool   `json:"success"`
	AffectedItems int    `json:"affected_items,omitempty"`
	Error         string `json:"error,omitempty"`
}

type StorageMetadata struct {
	StorageType  string   `json:"storage_type"`
	Version      string   `json:"version"`
	Capabilities []string `json:"capabilities"`
}
