package slipwayhost

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

const (
	schemaFolder  = "../../schemas"
	fixtureFolder = "../../../test/fixtures/builder"
)

type fixtures struct {
	Valid, Invalid []struct {
		Name    string
		Message json.RawMessage
	}
}

func read(t *testing.T, path string) []byte {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return text
}

func schemaOf(t *testing.T, name string) interface{} {
	return decoded(read(t, filepath.Join(schemaFolder, name+".json")))
}

func fixturesOf(t *testing.T, name string) (cases fixtures) {
	if err := json.Unmarshal(read(t, filepath.Join(fixtureFolder, name+".json")), &cases); err != nil {
		t.Fatal(err)
	}
	return cases
}

func TestSchemasAcceptValidAndRejectInvalidMessages(t *testing.T) {
	paths, err := filepath.Glob(schemaFolder + "/*.json")
	if err != nil || len(paths) == 0 {
		t.Fatal("there are no schemas", err)
	}
	for _, path := range paths {
		name := strings.TrimSuffix(filepath.Base(path), ".json")
		schema, cases := schemaOf(t, name), fixturesOf(t, name)
		for _, valid := range cases.Valid {
			if !matches(schema, decoded(valid.Message)) {
				t.Errorf("%s rejects valid %q", name, valid.Name)
			}
		}
		for _, invalid := range cases.Invalid {
			if matches(schema, decoded(invalid.Message)) {
				t.Errorf("%s accepts invalid %q", name, invalid.Name)
			}
		}
	}
}

// requestOf decodes an operation as the builder sends it: one line, with an ID before the other fields.
func requestOf(operation json.RawMessage) request {
	var compact request
	line := append([]byte(`{"id":7,`), operation[1:]...)
	if err := json.Unmarshal(line, &compact); err != nil {
		panic(err)
	}
	return compact
}

func TestTheHostReadsValidOperations(t *testing.T) {
	for _, valid := range fixturesOf(t, "operation").Valid {
		if read := requestOf(valid.Message); string(read.ID) != "7" || read.Method == "" {
			t.Errorf("%q was read as %+v", valid.Name, read)
		}
	}
}

func TestTheHostsAnswersMatchTheSchema(t *testing.T) {
	schema := schemaOf(t, "operation-answer")
	results := map[string]handler{
		"a result": func(string, json.RawMessage) (interface{}, error) { return map[string]int{"n": 1}, nil },
		"null":     func(string, json.RawMessage) (interface{}, error) { return nil, nil },
		"an error": func(string, json.RawMessage) (interface{}, error) { return nil, os.ErrNotExist },
		"unknown":  func(string, json.RawMessage) (interface{}, error) { return nil, errUnknownMethod },
		"a panic":  func(string, json.RawMessage) (interface{}, error) { panic("on purpose") },
	}
	for name, handle := range results {
		text, err := json.Marshal(run(handle, request{ID: json.RawMessage("7"), Method: "execute"}))
		if err != nil {
			t.Fatal(err)
		}
		if start := `{"id":7,`; !strings.HasPrefix(string(text), start) {
			t.Errorf("%s: %s does not start with %s", name, text, start)
		}
		decodedAnswer := decoded(text).(map[string]interface{})
		delete(decodedAnswer, "id")
		if !matches(schema, decodedAnswer) {
			t.Errorf("%s: %s does not match the schema", name, text)
		}
	}
}
