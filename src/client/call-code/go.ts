// Writes a call in Go, with its standard library.
import type { CodedCall, CodeMode } from './coded-call.ts';

export function goProgram({ body, mode, origin, path }: CodedCall): string {
  const packages = [
    'encoding/json',
    'fmt',
    'io',
    'log',
    'net/http',
    'os',
    'strings',
    ...imported[mode ?? 'once'],
  ].sort();
  const header = { stream: ', "Accept", "text/event-stream"', later: ', "Prefer", "respond-async"' };
  return `package main

import (
${packages.map((name) => `\t"${name}"`).join('\n')}
)

const origin = ${JSON.stringify(origin)}

func main() {
	log.SetFlags(0)
	body := ${goString(body)}
	response := send("POST", ${JSON.stringify(path)}, body${mode === undefined ? '' : header[mode]})
	defer response.Body.Close()
${reading[mode ?? 'once']}
}

func send(method, path, body string, headers ...string) *http.Response {
	request, err := http.NewRequest(method, origin+path, strings.NewReader(body))
	check(err)
	request.Header.Set("Authorization", "Bearer "+os.Getenv("SLIPWAY_API_KEY"))
	request.Header.Set("Content-Type", "application/json")
	for i := 0; i < len(headers); i += 2 {
		request.Header.Set(headers[i], headers[i+1])
	}
	response, err := http.DefaultClient.Do(request)
	check(err)
	if response.StatusCode >= 400 {
		problem, _ := io.ReadAll(response.Body)
		log.Fatalf("%s: %s", response.Status, problem)
	}
	return response
}

func check(err error) {
	if err != nil {
		log.Fatal(err)
	}
}`;
}

type Reading = NonNullable<CodeMode> | 'once';

const imported: Record<Reading, string[]> = { once: [], stream: ['bufio'], later: [] };

/** A value and its event fit into a line of 1 MiB. A stream that ends without the event `done` was interrupted. */
const reading: Record<Reading, string> = {
  once: `	text, err := io.ReadAll(response.Body)
	check(err)
	fmt.Println(string(text))
	var answer struct{ Status, Error string }
	check(json.Unmarshal(text, &answer))
	if answer.Status != "success" {
		log.Fatal(answer.Error)
	}`,
  stream: `	event := "none"
	lines := bufio.NewScanner(response.Body)
	lines.Buffer(nil, 1<<20)
	for lines.Scan() {
		field, value, _ := strings.Cut(lines.Text(), ": ")
		if field == "event" {
			event = value
		} else if field == "data" && event == "chunk" {
			fmt.Println(value)
		} else if field == "data" && event == "error" {
			var answer struct{ Error string }
			check(json.Unmarshal([]byte(value), &answer))
			log.Fatal(answer.Error)
		}
	}
	check(lines.Err())
	if event != "done" {
		log.Fatal("The stream was interrupted.")
	}`,
  later: `	type laterCall struct {
		Status string
		Answer struct{ Error json.RawMessage }
	}
	call := laterCall{Status: "queued"}
	var text []byte
	for call.Status == "queued" || call.Status == "running" {
		waiting := send("GET", response.Header.Get("Location"), "", "Prefer", "wait=60")
		var err error
		text, err = io.ReadAll(waiting.Body)
		check(err)
		waiting.Body.Close()
		check(json.Unmarshal(text, &call))
	}
	fmt.Println(string(text))
	if call.Status != "succeeded" {
		log.Fatalf("%s: %s", call.Status, call.Answer.Error)
	}`,
};

/** A raw string if the text has no backquote. JSON escapes are also Go's, and the text has no surrogate without its pair. */
function goString(text: string): string {
  return text.includes('`') ? JSON.stringify(text.toWellFormed()) : `\`${text}\``;
}
