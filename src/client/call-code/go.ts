// Writes a call in Go, with its standard library.
import type { CodedCall, CodeMode } from './coded-call.ts';

export function goProgram({ body, mode, origin, path }: CodedCall): string {
  const packages = ['io', 'log', 'net/http', 'os', 'strings', ...imported[mode ?? 'once']].sort();
  const header = { stream: ', "Accept", "text/event-stream"', later: ', "Prefer", "respond-async"' };
  return `package main

import (
${packages.map((name) => `\t"${name}"`).join('\n')}
)

const origin = ${JSON.stringify(origin)}

func main() {
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

const imported: Record<Reading, string[]> = { once: [], stream: ['bufio', 'fmt'], later: ['encoding/json'] };

/** A value and its event fit into a line of 1 MiB. */
const reading: Record<Reading, string> = {
  once: `	_, err := io.Copy(os.Stdout, response.Body)
	check(err)`,
  stream: `	lines := bufio.NewScanner(response.Body)
	lines.Buffer(nil, 1<<20)
	for lines.Scan() {
		if value, found := strings.CutPrefix(lines.Text(), "data: "); found {
			fmt.Println(value)
		}
	}
	check(lines.Err())`,
  later: `	call := struct{ Status string }{"queued"}
	var answer []byte
	for call.Status == "queued" || call.Status == "running" {
		waiting := send("GET", response.Header.Get("Location"), "", "Prefer", "wait=60")
		var err error
		answer, err = io.ReadAll(waiting.Body)
		check(err)
		waiting.Body.Close()
		check(json.Unmarshal(answer, &call))
	}
	os.Stdout.Write(answer)`,
};

/** A raw string if the text has no backquote. JSON escapes are also Go's, and the text has no surrogate without its pair. */
function goString(text: string): string {
  return text.includes('`') ? JSON.stringify(text.toWellFormed()) : `\`${text}\``;
}
