// Lists the commands for private sources.
import { sources } from './sources.ts';

export const commands = [{ add: sources, after: 'grants' }] as const;
