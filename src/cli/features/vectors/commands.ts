// Lists the commands of vector features.
import { reconfigure } from './reconfigure.ts';

export const commands = [{ add: reconfigure, after: 'namespaces edit' }] as const;
