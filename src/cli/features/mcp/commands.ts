// Lists the commands about tools that agents call by the Model Context Protocol.
import type { FeatureCommand } from '../../command.ts';
import { mcp } from './author.ts';

export const commands: readonly FeatureCommand[] = [{ add: mcp, after: 'open' }];
