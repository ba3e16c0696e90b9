// Lists the command of the search.
import { search } from './search.ts';

export const commands = [{ add: search, after: 'list' }] as const;
