// Lists the commands about tools that agents call by the Model Context Protocol.
import { mcp } from './author.ts';
import { tools } from './tools.ts';

export const commands = [
  { add: mcp, after: 'open' },
  { add: tools, after: 'webhooks' },
] as const;
