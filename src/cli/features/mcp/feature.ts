// Lists the commands about tools that agents call by the Model Context Protocol.
import { defineCliFeature } from '../../command/context.ts';
import { mcp } from './author.ts';
import { tools } from './tools.ts';

export const feature = defineCliFeature({
  commands: [
    { add: mcp, after: 'open' },
    { add: tools, after: 'webhooks' },
  ],
});
