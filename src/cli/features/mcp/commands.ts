// Lists the commands of tools.
import { tools } from './tools.ts';

export const commands = [{ add: tools, after: 'webhooks' }] as const;
