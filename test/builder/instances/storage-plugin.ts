// The source of a storage plugin that keeps one file in its data folder.
export const storage = `package main

import (
	"errors"
	"os"

	"github.com/mimir-aip/mimir-aip-go/pkg/models"
)

type store struct{ file string }

var Plugin = &store{}

func (s *store) Initialize(c *models.PluginConfig) error {
	if c.ConnectionString == "" {
		return errors.New("no file")
	}
	s.file = c.ConnectionString
	return nil
}
func (s *store) CreateSchema(*models.OntologyDefinition) error { return nil }
func (s *store) Store(c *models.CIR) (*models.StorageResult, error) {
	text, _ := c.Data.(string)
	return &models.StorageResult{Success: true, AffectedItems: 1}, os.WriteFile(s.file, []byte(text), 0o600)
}
func (s *store) Retrieve(*models.CIRQuery) ([]*models.CIR, error) {
	text, err := os.ReadFile(s.file)
	if err != nil {
		return nil, err
	}
	return []*models.CIR{models.NewCIR(models.SourceTypeFile, s.file, models.DataFormatText, string(text))}, nil
}
func (s *store) Update(*models.CIRQuery, *models.CIRUpdate) (*models.StorageResult, error) {
	return &models.StorageResult{Success: true}, nil
}
func (s *store) Delete(*models.CIRQuery) (*models.StorageResult, error) {
	return &models.StorageResult{Success: true}, os.Remove(s.file)
}
func (s *store) GetMetadata() (*models.StorageMetadata, error) {
	return &models.StorageMetadata{StorageType: "file"}, nil
}
func (s *store) HealthCheck() (bool, error) { return s.file != "", nil }
`;
