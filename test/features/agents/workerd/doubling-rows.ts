// Rows of the doubling test: schemas and versions of agent plugins.
import { agentNameKey } from '../../../../src/contract/features/agents/registration.ts';
import { compareVersions } from '../../../../src/features/agents/agent-catalog.ts';
import { readConfigSchema } from '../../../../src/features/agents/agent-plugins.ts';
import type { Rows } from '../../../doubling/row.ts';

export const rows: Rows = {
  "a configuration's schema is read": { run: readConfigSchema, charsMax: 64 * 1024 },
  "an agent plugin's version is compared": {
    run: (text) => [compareVersions(text, `${text}1`), agentNameKey(text)],
    charsMax: 64,
  },
};
