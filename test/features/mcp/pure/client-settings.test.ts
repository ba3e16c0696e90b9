// Tests that the settings for agents' clients are valid in their formats, whatever the name and URL, and contain no key.
import { describe, expect, test } from 'vitest';
import { agentClients, clientSettings } from '../../../../src/console/features/mcp/client-settings.ts';

const url = 'https://slipway.example/v1/namespaces/ns_1/tool-sets/research/mcp';
const plain = { name: 'research', url };
const hostile = { name: `it's "x"; $(id)`, url: `https://slipway.example/a'b"c\\d` };

test('Claude Code gets a command whose header the shell completes from the environment', () => {
  expect(clientSettings('Claude Code', plain).text).toBe(
    `claude mcp add --transport http research ${url} \\\n  --header "Authorization: Bearer $SLIPWAY_API_KEY"`,
  );
});

test('in the command, no character of a name or URL is special to the shell', () => {
  expect(clientSettings('Claude Code', hostile).text).toContain(
    String.raw`http 'it'\''s "x"; $(id)' 'https://slipway.example/a'\''b"c\d' `,
  );
});

describe.each([plain, hostile])('with the name $name', ({ name, url }) => {
  test('Cursor gets JSON that takes the key from the environment', () => {
    expect(JSON.parse(clientSettings('Cursor', { name, url }).text)).toEqual({
      mcpServers: { [name]: { url, headers: { Authorization: `Bearer \${env:SLIPWAY_API_KEY}` } } },
    });
  });

  test('VS Code gets JSON with a hidden input, which the header names', () => {
    expect(JSON.parse(clientSettings('VS Code', { name, url }).text)).toEqual({
      inputs: [{ type: 'promptString', id: `${name}-key`, description: 'Slipway API key', password: true }],
      servers: { [name]: { type: 'http', url, headers: { Authorization: `Bearer \${input:${name}-key}` } } },
    });
  });
});

test('Codex gets TOML whose table has a bare key where TOML allows it', () => {
  expect(clientSettings('Codex', plain).text.split('\n')).toEqual([
    '[mcp_servers.research]',
    `url = "${url}"`,
    'bearer_token_env_var = "SLIPWAY_API_KEY"',
  ]);
});

test('in TOML, other names and URLs are quoted', () => {
  expect(clientSettings('Codex', hostile).text.split('\n')).toEqual([
    String.raw`[mcp_servers."it's \"x\"; $(id)"]`,
    String.raw`url = "https://slipway.example/a'b\"c\\d"`,
    'bearer_token_env_var = "SLIPWAY_API_KEY"',
  ]);
});

test.each(agentClients)('%s: the text contains no key, since such files are often committed', (client) => {
  expect(clientSettings(client, plain).text).not.toContain('sk_');
});
