// Lists the commands of grants.
import { grants } from './grants.ts';

export const commands = [{ add: grants, after: 'models' }] as const;
