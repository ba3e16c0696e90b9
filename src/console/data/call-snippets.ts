// The playground's call in other languages. Values of users are quoted as each language requires.
import { callPath, type PlaygroundCall } from './calls.ts';
import { quoted } from './shell.ts';

export function snippetsOf(
  call: PlaygroundCall,
  origin: string,
): Record<'curl' | 'CLI' | 'Python' | 'TypeScript', string> {
  const { name, version, inputs, parameters } = call;
  const url = `${origin}${callPath(call)}`;
  const body = JSON.stringify({ inputs, parameters });
  const withParameters = Object.keys(parameters).length > 0;
  return {
    curl: `curl -H "Authorization: Bearer $SLIPWAY_API_KEY" -H 'Content-Type: application/json' -d ${quoted(body)} ${url}`,
    CLI: `slipway invoke ${version === undefined ? name : `${name}@${version}`} -d ${quoted(JSON.stringify(inputs))}${
      withParameters ? ` --parameters ${quoted(JSON.stringify(parameters))}` : ''
    }`,
    // A JSON string is a Python string as well.
    Python: `import json, os, urllib.request

request = urllib.request.Request(
    ${JSON.stringify(url)},
    data=${JSON.stringify(body)}.encode(),
    headers={"Authorization": f"Bearer {os.environ['SLIPWAY_API_KEY']}", "Content-Type": "application/json"},
)
with urllib.request.urlopen(request) as response:
    print(json.load(response))`,
    TypeScript: `const response = await fetch(${JSON.stringify(url)}, {
  method: 'POST',
  headers: { authorization: \`Bearer \${process.env.SLIPWAY_API_KEY}\`, 'content-type': 'application/json' },
  body: JSON.stringify(${body}),
});
console.log(await response.json());`,
  };
}
