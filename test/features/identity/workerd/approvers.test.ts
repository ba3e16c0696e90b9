// Tests that a demand of approval is refused if nobody could meet it, and made anyway if that is asked for.
import { expect, test } from 'vitest';
import { clientWithKey } from '../../../support/scenes/organization.ts';
import { published, ways } from '../scenes/approvers.ts';
import { memberIn } from '../scenes/members.ts';

test('a demand that is made is not asked about again, and only those who may make it learn who could approve', async () => {
  const org = await published();
  await memberIn(org, 'Ana');
  for (const [, ask] of ways.slice(0, 3)) {
    await ask(org, '', '?without_approvers=true');
    expect((await ask(org, '')).status).toBe(200);
  }
  const reader = { ...org, ...(await clientWithKey(org, { scopes: ['plugins:read'] })) };
  for (const [, ask] of ways) expect((await ask(reader, 'new')).status).toBe(403);
});
