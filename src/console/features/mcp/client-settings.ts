// Writes the settings with which programs that run agents reach a URL of the Model Context Protocol. None of them contains the key, since
// such files are often committed.
import { word } from '../../../core/shell.ts';

export const agentClients = ['Claude Code', 'Cursor', 'VS Code', 'Codex'] as const;
export type AgentClient = (typeof agentClients)[number];

interface Server {
  /** The client's name for the server. */
  name: string;
  url: string;
}

interface ClientSettings {
  /** Where the text belongs, and how the client gets the key. */
  hint: string;
  language: 'sh' | 'json' | 'toml';
  text: string;
}

export function clientSettings(client: AgentClient, { name, url }: Server): ClientSettings {
  if (client === 'Claude Code') {
    const text = `claude mcp add --transport http ${word(name)} ${word(url)} \\\n  --header "Authorization: Bearer $SLIPWAY_API_KEY"`;
    return { hint: 'Run it where SLIPWAY_API_KEY is set to the key.', language: 'sh', text };
  }
  if (client === 'Cursor') {
    const text = jsonText({ mcpServers: { [name]: { url, headers: bearer(`\${env:SLIPWAY_API_KEY}`) } } });
    return { hint: 'Put it into .cursor/mcp.json. Cursor reads the key from SLIPWAY_API_KEY.', language: 'json', text };
  }
  if (client === 'VS Code') {
    const id = `${name}-key`;
    const text = jsonText({
      inputs: [{ type: 'promptString', id, description: 'Slipway API key', password: true }],
      servers: { [name]: { type: 'http', url, headers: bearer(`\${input:${id}}`) } },
    });
    return { hint: 'Put it into .vscode/mcp.json. VS Code asks for the key and keeps it.', language: 'json', text };
  }
  const table = /^[\w-]+$/.test(name) ? name : JSON.stringify(name);
  const text = `[mcp_servers.${table}]\nurl = ${JSON.stringify(url)}\nbearer_token_env_var = "SLIPWAY_API_KEY"`;
  return {
    hint: 'Put it into ~/.codex/config.toml. Codex reads the key from SLIPWAY_API_KEY.',
    language: 'toml',
    text,
  };
}

const bearer = (key: string) => ({ Authorization: `Bearer ${key}` });
const jsonText = (value: object) => JSON.stringify(value, undefined, 2);
