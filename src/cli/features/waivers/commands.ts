// Lists the commands of waivers.
import { waivers } from './waivers.ts';

export const commands = [{ add: waivers, after: 'policy' }] as const;
