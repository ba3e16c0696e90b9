// The action that sets a secret, as the search finds it.
import type { PageAction } from '../../data/palette-choices.ts';

export const setAction: PageAction = { label: 'Set a secret', hash: 'set', scope: 'namespaces:admin' };
