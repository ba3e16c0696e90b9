package slipwayhost

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/mimir-aip/mimir-aip-go/pkg/models"
)

// TestLines: answers come in any order, whole lines each, and all of them before the end.
func TestLines(t *testing.T) {
	var in strings.Builder
	for i := 0; i < 100; i++ {
		fmt.Fprintf(&in, "{\"id\":%d,\"method\":\"m\",\"params\":{\"n\":%d}}\n", i, i)
	}
	in.WriteString("no call\n\n{\"id\":100,\"method\":\"ping\"}") // the last line has no end
	echo := func(_ string, params json.RawMessage) (interface{}, error) { return params, nil }
	var out bytes.Buffer
	answerLines(echo, strings.NewReader(in.String()), &out)
	answered := map[int]string{}
	for _, line := range strings.Split(strings.TrimSpace(out.String()), "\n") {
		var said struct {
			ID     int
			Result json.RawMessage
		}
		if err := json.Unmarshal([]byte(line), &said); err != nil {
			t.Fatal(line, err)
		}
		answered[said.ID] = string(said.Result)
	}
	if len(answered) != 101 || answered[42] != `{"n":42}` || answered[100] != `{"pong":true}` {
		t.Errorf("%d answers, among them %q and %q", len(answered), answered[42], answered[100])
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

// TestEachOperationHasACopy: what is in the value is gone with the call, what is behind a pointer stays.
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
