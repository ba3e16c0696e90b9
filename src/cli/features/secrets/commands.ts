// Lists the commands of secrets.
import { secrets } from './secrets.ts';

export const commands = [{ add: secrets, after: 'disable' }] as const;
