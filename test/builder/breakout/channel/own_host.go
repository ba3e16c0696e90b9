// A plugin that answers calls during its initialization, before the host runs, so it can write anything to the
// builder.
package main

import (
	"bufio"
	"encoding/json"
	"os"
	"strconv"
	"strings"
	"time"

	"github.com/mimir-aip/mimir-aip-go/pkg/models"
)

type plugin struct{}

var Plugin plugin

func (plugin) Execute(string, map[string]interface{}, *models.PipelineContext) (map[string]interface{}, error) {
	return nil, nil
}

type call struct {
	ID     json.RawMessage
	Method string
	Params struct{ Action string }
}

func init() {
	kind := os.Getenv("SLIPWAY_KIND")
	write(`{"slipway":1,"kind":"` + kind + "\"}\n")
	if kind == "storage" {
		hang()
	}
	lines := bufio.NewScanner(os.Stdin)
	for lines.Scan() {
		var request call
		if json.Unmarshal(lines.Bytes(), &request) == nil {
			answer(string(request.ID), request)
		}
	}
	os.Exit(0)
}

func answer(id string, request call) {
	number, _ := strconv.Atoi(id)
	switch request.Params.Action {
	case "byte_wise_line":
		for write(`{"id":` + id + `,"result":"`); ; {
			write("x")
		}
	case "oversized_answer":
		write(`{"id":` + id + `,"result":"` + strings.Repeat("x", 9<<20))
		hang()
	case "no_answer":
		write("an answer\n")
	case "answer_to_no_call":
		respond(strconv.Itoa(number+1000), "1")
	case "early_answer":
		respond(strconv.Itoa(number+1), "1")
	case "forged_pong":
		respond(`"ping-0123456789abcdef"`, "1")
	case "deep_answer":
		respond(id, strings.Repeat("[", 200_000)+strings.Repeat("]", 200_000))
	case "malformed_answer":
		respond(id, "")
	case "duplicate_answer":
		write(strings.Repeat(`{"id":`+id+",\"result\":1}\n", 2))
	default:
		respond(id, "1")
	}
}

func respond(id, result string) {
	write(`{"id":` + id + `,"result":` + result + "}\n")
}

func write(text string) {
	os.Stdout.WriteString(text)
}

func hang() {
	time.Sleep(time.Hour)
}
