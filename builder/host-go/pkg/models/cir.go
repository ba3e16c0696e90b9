package models

import (
	"encoding/json"
	"errors"
	"fmt"
	"time"
)

type (
	SourceType string
	DataFormat string
)

const (
	CIRVersion = "1.0"

	SourceTypeAPI      SourceType = "api"
	SourceTypeFile     SourceType = "file"
	SourceTypeDatabase SourceType = "database"
	SourceTypeStream   SourceType = "stream"

	DataFormatCSV    DataFormat = "csv"
	DataFormatJSON   DataFormat = "json"
	DataFormatXML    DataFormat = "xml"
	DataFormatText   DataFormat = "text"
	DataFormatBinary DataFormat = "binary"
)

// CIR is one record in the common internal representation: its data and its source.
type CIR struct {
	Version  string      `json:"version"`
	Source   CIRSource   `json:"source"`
	Data     interface{} `json:"data"`
	Metadata CIRMetadata `json:"metadata"`
}

type CIRSource struct {
	Type       SourceType             `json:"type"`
	URI        string                 `json:"uri"`
	Timestamp  time.Time              `json:"timestamp"`
	Format     DataFormat             `json:"format"`
	Parameters map[string]interface{} `json:"parameters"`
}

type CIRMetadata struct {
	Size            int64                  `json:"size"`
	Encoding        string                 `json:"encoding,omitempty"`
	RecordCount     int                    `json:"record_count,omitempty"`
	SchemaInference map[string]interface{} `json:"schema_inference,omitempty"`
	QualityMetrics  map[string]interface{} `json:"quality_metrics,omitempty"`
}

// NewCIR creates a record with the current time as its timestamp.
func NewCIR(source SourceType, uri string, format DataFormat, data interface{}) *CIR {
	return &CIR{
		Version: CIRVersion,
		Source: CIRSource{
			Type:       source,
			URI:        uri,
			Timestamp:  time.Now(),
			Format:     format,
			Parameters: map[string]interface{}{},
		},
		Data:     data,
		Metadata: CIRMetadata{Size: int64(len(fmt.Sprint(data)))},
	}
}

// Validate returns an error for the first missing field.
func (c *CIR) Validate() error {
	switch {
	case c.Version == "":
		return errors.New("cir: version is missing")
	case c.Source.Type == "":
		return errors.New("cir: source.type is missing")
	case c.Source.URI == "":
		return errors.New("cir: source.uri is missing")
	case c.Source.Format == "":
		return errors.New("cir: source.format is missing")
	case c.Data == nil:
		return errors.New("cir: data is missing")
	}
	return nil
}

func (c *CIR) ToJSON() ([]byte, error) { return json.Marshal(c) }

// GetDataAsMap returns the data if it is a map, otherwise the data converted via JSON.
func (c *CIR) GetDataAsMap() (map[string]interface{}, error) {
	if data, ok := c.Data.(map[string]interface{}); ok {
		return data, nil
	}
	var data map[string]interface{}
	return data, throughJSON(c.Data, &data)
}

// GetDataAsArray returns the data if it is a list, otherwise the data converted via JSON.
func (c *CIR) GetDataAsArray() ([]interface{}, error) {
	if data, ok := c.Data.([]interface{}); ok {
		return data, nil
	}
	var data []interface{}
	return data, throughJSON(c.Data, &data)
}

func throughJSON(from, to interface{}) error {
	text, err := json.Marshal(from)
	if err != nil {
		return err
	}
	return json.Unmarshal(text, to)
}
