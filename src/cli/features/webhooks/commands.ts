// Lists the commands of webhooks.
import { webhooks } from './webhooks.ts';

export const commands = [{ add: webhooks, after: 'keys' }] as const;
