package slipwayhost

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"
	"testing"
)

func TestOutputIsMarkedByCall(t *testing.T) {
	var output, answers bytes.Buffer
	print := func(_ string, params json.RawMessage) (interface{}, error) {
		if string(params) == `"panic"` {
			panic("no")
		}
		fmt.Fprint(&output, "printed")
		return nil, nil
	}
	in := `{"id":7,"method":"print"}` + "\n"
	answerLines(print, strings.NewReader(in), &answers, marker{&output})
	if want := "\n\x1e+7\x1f\nprinted\n\x1e-7\x1f\n"; output.String() != want {
		t.Errorf("got %q, want %q", output.String(), want)
	}
	output.Reset()
	answerLines(print, strings.NewReader(`{"id":8,"method":"print","params":"panic"}`+"\n"), &answers, marker{&output})
	if want := "\n\x1e+8\x1f\n\n\x1e-8\x1f\n"; output.String() != want {
		t.Errorf("a panic: got %q, want %q", output.String(), want)
	}
	output.Reset()
	answerLines(print, strings.NewReader(`{"id":"ping-1","method":"ping"}`+"\n"), &answers, marker{&output})
	if output.Len() > 0 {
		t.Errorf("a ping was marked: %q", output.String())
	}
}
