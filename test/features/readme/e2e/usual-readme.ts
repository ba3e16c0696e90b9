// A README as an author would write it, with every part that the console lays out.

export const usualReadme = `# Documented

[![build status](https://ci.example.com/a.svg)](https://ci.example.com) Returns what it is called with. It uses
[echoes](https://example.com/echoes), as [the manifest](manifest.py) says; see [its fields](#fields).

![a chart](https://ci.example.com/chart.png)

![How it works](docs/picture.png)

## Call it

\`\`\`python
import requests

answer = requests.post(url, json={"inputs": {"text": "hello"}}, timeout=10)
if answer.ok:
    print(answer.json()["echo"])  # the vector
\`\`\`

1. Deploy it with \`slipway deploy documented\`.
2. Call it.
   - once
   - or **often**, ~~never~~ *always*

> It has no state, and <b>no HTML</b>.

## Fields

| Field | Type | Meaning |
|:------|:----:|--------:|
| text  | string | what to echo |

---

## To do

- [x] Write it
- [ ] Read it
`;
