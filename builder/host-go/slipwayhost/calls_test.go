package slipwayhost

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/mimir-aip/mimir-aip-go/internal/secrets"
	"github.com/mimir-aip/mimir-aip-go/pkg/models"
)

// TestLines checks that answers may come in any order, that each is a whole line, and that all arrive before the
// end.
func TestLines(t *testing.T) {
	var in strings.Builder
	for i := 0; i < 100; i++ {
		fmt.Fprintf(&in, "{\"id\":%d,\"method\":\"m\",\"params\":{\"n\":%d}}\n", i, i)
	}
	in.WriteString("not a call\n\n{\"id\":100,\"method\":\"ping\"}") // the last line has no newline
	echo := func(_ string, params json.RawMessage) (interface{}, error) { return params, nil }
	var out bytes.Buffer
	answerLines(echo, strings.NewReader(in.String()), &out, marker{})
	results := map[int]string{}
	for _, line := range strings.Split(strings.TrimSpace(out.String()), "\n") {
		var decoded struct {
			ID     int
			Result json.RawMessage
		}
		if err := json.Unmarshal([]byte(line), &decoded); err != nil {
			t.Fatal(line, err)
		}
		results[decoded.ID] = string(decoded.Result)
	}
	if len(results) != 101 || results[42] != `{"n":42}` || results[100] != `{"pong":true}` {
		t.Errorf("%d answers, including %q and %q", len(results), results[42], results[100])
	}
}

// TestTextIsNotEscaped checks that markup in a result reaches people and models as it is.
func TestTextIsNotEscaped(t *testing.T) {
	echo := func(_ string, params json.RawMessage) (interface{}, error) {
		return map[string]interface{}{"echo": params, "own": "<b>日本</b> & more"}, nil
	}
	var out bytes.Buffer
	answerLines(echo, strings.NewReader(`{"id":1,"method":"m","params":"<i>"}`), &out, marker{})
	if got := out.String(); got != `{"id":1,"result":{"echo":"<i>","own":"<b>日本</b> & more"}}`+"\n" {
		t.Errorf("the line is %s", got)
	}
}

// TestSecrets checks that secrets arrive before the calls that use them, and stay out of the call's context.
func TestSecrets(t *testing.T) {
	read := func(_ string, params json.RawMessage) (interface{}, error) {
		context := models.NewPipelineContext(0)
		value, err := context.Secret("TOKEN")
		config, _ := (&models.PluginConfig{}).Secret("TOKEN")
		return []interface{}{value, config, context}, err
	}
	in := "{\"id\":1,\"method\":\"m\"}\n"
	var before, after bytes.Buffer
	answerLines(read, strings.NewReader(in), &before, marker{})
	answerLines(read, strings.NewReader("{\"method\":\"secrets\",\"params\":{\"TOKEN\":\"t\"}}\n"+in), &after, marker{})
	defer secrets.Receive(nil)
	missing := `{"id":1,"error":{"code":"plugin_error","message":"there is no secret \"TOKEN\" here; ask for it in plugin.yaml: permissions: {secrets: [TOKEN]}"}}`
	if got := strings.TrimSpace(before.String()); got != missing {
		t.Errorf("without secrets: %s", got)
	}
	if got := strings.TrimSpace(after.String()); got != `{"id":1,"result":["t","t",{"steps":{},"max_size":0}]}` {
		t.Errorf("with secrets: %s", got)
	}
}

type counted struct {
	store
	state *int
	own   int
}

func (c *counted) Initialize(config *models.PluginConfig) error {
	c.own++
	*c.state += len(config.ConnectionString)
	return nil
}

func (c *counted) GetMetadata() (*models.StorageMetadata, error) {
	return &models.StorageMetadata{Version: fmt.Sprint(c.own, *c.state)}, nil
}

// TestEachOperationHasACopy checks that operations don't share state in the value, but share state behind a
// pointer.
func TestEachOperationHasACopy(t *testing.T) {
	state := 0
	handle := storageHandler(&counted{state: &state})
	for i, want := range []string{"1 3", "1 6"} {
		result, err := handle("metadata", json.RawMessage(`{"config":{"connection_string":"abc"}}`))
		if err != nil || result.(*models.StorageMetadata).Version != want {
			t.Errorf("call %d: %+v %v, want %s", i, result, err, want)
		}
	}
}

type failing struct{}

func (failing) Execute(string, map[string]interface{}, *models.PipelineContext) (map[string]interface{}, error) {
	return nil, errors.New("no such action")
}

// TestAPipelinePluginsError checks that a plugin's error is the answer's error.
func TestAPipelinePluginsError(t *testing.T) {
	result, err := pipelineHandler(failing{})("execute", json.RawMessage(`{"action":"a"}`))
	if result != nil || err == nil || err.Error() != "no such action" {
		t.Errorf("%+v %v", result, err)
	}
}

func TestAFailedLookupSaysWhatNetworkAPluginHas(t *testing.T) {
	lookup := errors.New("Get \"https://api.example.com\": dial tcp: lookup api.example.com on [::1]:53: connection refused")
	message := failureOf(lookup).Message
	if !strings.HasPrefix(message, lookup.Error()+". A plugin has no network but over HTTP to the hosts that plugin.yaml asks for") {
		t.Errorf("unexpected message: %s", message)
	}
	if other := failureOf(errors.New("refused")).Message; other != "refused" {
		t.Errorf("unexpected message: %s", other)
	}
}
