// Publishes versions, and counts the files that their scans read.
import type { Deps } from '../../src/deps.ts';
import { testApp } from '../support/deps.ts';
import { type Files, plugin } from '../support/plugins/plugin.ts';
import { publish } from '../support/plugins/publish.ts';
import { type Organization, organization } from '../support/scenes/organization.ts';

type Cost = { files_scanned: unknown; files_reused: unknown };

export async function scene(swapped: Partial<Deps> = {}) {
  const stored: Cost[] = [];
  const log = {
    info: (event: string, fields: object = {}) => {
      const { files_scanned, files_reused } = Object(fields);
      if (event === 'upload.stored') stored.push({ files_scanned, files_reused });
    },
    warn: () => {},
    error: () => {},
  };
  const { deps, fetch, settled } = testApp({ log, ...swapped });
  const org = await organization({ fetch });
  /** Publishes a version. Returns the number of sources scanned and the number reused. */
  const costOf = async (version: string, files: Files, publisher: Organization = org): Promise<[unknown, unknown]> => {
    await publish(publisher, plugin({ version, files }));
    await settled();
    const { files_scanned, files_reused } = stored.at(-1) ?? {};
    return [files_scanned, files_reused];
  };
  return { org, deps, fetch, settled, costOf };
}

export const uniqueSource = () => `KEY = "${crypto.randomUUID()}"\n`;

export function sources(count: number): Files {
  return Object.fromEntries(Array.from({ length: count }, (_, index) => [`parts/part_${index}.py`, uniqueSource()]));
}
