// Stores records in a server that speaks RESP, such as Redis or Valkey. The server is reached by a forward: a local port that the relay
// leads to it.
package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"sync"

	"github.com/mimir-aip/mimir-aip-go/pkg/models"
)

// session is shared by the copies of the plugin that the host makes.
type session struct {
	mu   sync.Mutex
	conn *connection
}

type store struct {
	*session
	address string
	prefix  string
}

var Plugin = &store{session: &session{}}

func (s *store) Initialize(config *models.PluginConfig) error {
	s.address, s.prefix = config.ConnectionString, "record:"
	if prefix, ok := config.Options["prefix"].(string); ok {
		s.prefix = prefix
	}
	if s.address == "" {
		return errors.New("connection_string is missing: use the address of the forward, such as 127.0.0.1:6379")
	}
	return nil
}

// do opens a connection if there is none, and forgets one that failed.
func (s *store) do(command ...string) (interface{}, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.conn == nil {
		conn, err := dial(s.address)
		if err != nil {
			return nil, err
		}
		s.conn = conn
	}
	reply, err := s.conn.do(command...)
	if err != nil && !errors.Is(err, errNone) {
		s.conn.Close()
		s.conn = nil
	}
	return reply, err
}

func (s *store) CreateSchema(*models.OntologyDefinition) error { return nil }

func (s *store) Store(record *models.CIR) (*models.StorageResult, error) {
	data, ok := record.Data.(map[string]interface{})
	if !ok || data["id"] == nil {
		return nil, errors.New("data must be an object with an id")
	}
	return s.put(fmt.Sprint(data["id"]), record)
}

func (s *store) put(id string, record *models.CIR) (*models.StorageResult, error) {
	text, err := json.Marshal(record)
	if err != nil {
		return nil, err
	}
	if _, err := s.do("SET", s.prefix+id, string(text)); err != nil {
		return nil, err
	}
	return &models.StorageResult{Success: true, AffectedItems: 1}, nil
}

func (s *store) Retrieve(query *models.CIRQuery) ([]*models.CIR, error) {
	keys, err := s.keys(query.Filters)
	if err != nil || len(keys) == 0 {
		return []*models.CIR{}, err
	}
	reply, err := s.do(append([]string{"MGET"}, keys...)...)
	if err != nil {
		return nil, err
	}
	texts, _ := reply.([]string)
	records := make([]*models.CIR, 0, len(texts))
	for _, text := range texts {
		var record models.CIR
		if err := json.Unmarshal([]byte(text), &record); err != nil {
			return nil, err
		}
		records = append(records, &record)
	}
	return records, nil
}

// keys are those of one ID, or of all records.
func (s *store) keys(filters []models.CIRCondition) ([]string, error) {
	for _, filter := range filters {
		if filter.Attribute != "id" || filter.Operator != "eq" {
			return nil, fmt.Errorf("cannot filter by %s %s: only by id eq", filter.Attribute, filter.Operator)
		}
		return []string{s.prefix + fmt.Sprint(filter.Value)}, nil
	}
	reply, err := s.do("KEYS", s.prefix+"*")
	keys, _ := reply.([]string)
	return keys, err
}

func (s *store) Update(query *models.CIRQuery, updates *models.CIRUpdate) (*models.StorageResult, error) {
	found := *query
	if len(updates.Filters) > 0 {
		found.Filters = updates.Filters
	}
	records, err := s.Retrieve(&found)
	if err != nil {
		return nil, err
	}
	for _, record := range records {
		data, ok := record.Data.(map[string]interface{})
		if !ok {
			continue
		}
		id := fmt.Sprint(data["id"])
		for name, value := range updates.Updates {
			data[name] = value
		}
		if _, err := s.put(id, record); err != nil {
			return nil, err
		}
	}
	return &models.StorageResult{Success: true, AffectedItems: len(records)}, nil
}

func (s *store) Delete(query *models.CIRQuery) (*models.StorageResult, error) {
	keys, err := s.keys(query.Filters)
	if err != nil || len(keys) == 0 {
		return &models.StorageResult{Success: err == nil}, err
	}
	reply, err := s.do(append([]string{"DEL"}, keys...)...)
	count, _ := reply.(int64)
	return &models.StorageResult{Success: err == nil, AffectedItems: int(count)}, err
}

func (s *store) GetMetadata() (*models.StorageMetadata, error) {
	return &models.StorageMetadata{StorageType: "resp", Version: "1.0.0", Capabilities: []string{"store", "retrieve", "update", "delete"}}, nil
}

func (s *store) HealthCheck() (bool, error) {
	reply, err := s.do("PING")
	return reply == "PONG", err
}
