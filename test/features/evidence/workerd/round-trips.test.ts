// Counts D1 round trips of a confirm that begins to sign (design §9).
import { expect, test } from 'vitest';
import { evidence } from '../../../../src/features/evidence/feature.ts';
import { cost } from '../../../support/database/counting.ts';
import { plugin } from '../../../support/plugins/plugin.ts';
import { confirm, uploaded } from '../../../support/plugins/publish.ts';

test('a confirm costs one more round trip, to begin to sign its evidence, which the answer does not wait for', async () => {
  const counted = await cost(
    async ({ org }) => {
      const made = plugin({ version: '1.1.0' });
      const upload = await uploaded(org, made, made.zip);
      return () => confirm(org, upload);
    },
    { features: [evidence] },
  );
  expect(counted).toEqual([[200], 4]);
});
