// Defines `slipway mcp`, which serves tools to a coding agent that writes plugins. The protocol's library is loaded on demand.
import { localCommand } from '../../command/command.ts';
import { runInterruptible } from '../../terminal/interruption.ts';

export const mcp = localCommand({
  name: 'mcp',
  summary: 'serve tools to a coding agent that writes plugins',
  description:
    'Serves lint, test, status, logs, findings and docs as tools, by the Model Context Protocol on standard input and output. Reads only plugins in the current folder.',
  examples: [
    'claude mcp add slipway -- slipway mcp       Claude Code',
    'codex mcp add slipway -- slipway mcp        Codex',
    '{"mcpServers": {"slipway": {"command": "slipway", "args": ["mcp"]}}}',
  ],
  async run({ command, environment, features, finish, output }) {
    const { serveAuthor } = await import('./author-server.ts');
    const context = { environment, features, finish, output, program: command.parent ?? command };
    await runInterruptible((signal) => serveAuthor(context, signal));
    return undefined;
  },
});
