// Lists the commands of agent plugins.
import { agents } from './agents.ts';

export const commands = [{ add: agents, after: 'uninstall' }] as const;
