// Lists the commands of clusters.
import { clusters } from './clusters.ts';

export const commands = [{ add: clusters, after: 'builders' }] as const;
