// Lists the commands of deploy hooks.
import { hooks } from './hooks.ts';

export const commands = [{ add: hooks, after: 'keys' }] as const;
