// Lists the commands of models.
import { models } from './models.ts';

export const commands = [{ add: models, after: 'secrets' }] as const;
