// Adds reconfiguring to the actions on a namespace.
import { Reconfigure } from './reconfigure.tsx';

export const namespaceActions = [{ name: 'reconfigure', Action: Reconfigure }] as const;
