// Lists the operator's commands for imports of advisories.
import { advisoryImports } from './advisory-imports.ts';

export const commands = advisoryImports.map((add) => ({ add, after: 'advisories show' }));
