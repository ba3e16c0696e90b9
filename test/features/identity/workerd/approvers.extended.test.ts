// Tests each way to demand approval: it is refused if nobody could meet it, and made anyway if that is asked for.
import { expect, test } from 'vitest';
import { namespaceIn } from '../../../support/scenes/organization.ts';
import { messageOf } from '../../../support/scenes/staged.ts';
import { published, ways } from '../scenes/approvers.ts';
import { memberIn } from '../scenes/members.ts';

const nobody = 'No member can approve, so new versions would wait';

const onlyAna = 'Only Ana can approve, and not what they publish, so new versions would wait';

test.each(ways)(
  'approval for %s is demanded only if two people may approve, or if that is asked for',
  async (_, ask) => {
    const org = await published();
    const other = await namespaceIn(org, 'other');
    expect([(await ask(org, 'one')).status, messageOf(await ask(org, 'one'))]).toEqual([409, nobody]);
    await memberIn(org, 'Ana');
    expect(messageOf(await ask(org, 'one'))).toBe(onlyAna);
    await memberIn(org, 'ANA'); // With the same address: the same person.
    await memberIn(org, 'Cleo', { role: 'developer' });
    await memberIn(org, 'Dan', { role: 'admin', namespaceIds: [other] });
    expect(messageOf(await ask(org, 'one'))).toMatch(/^Only an?a can approve/i);
    expect((await ask(org, 'one', '?without_approvers=true')).status).toBe(200);
    await memberIn(org, 'Bo');
    expect((await ask(org, 'two')).status).toBe(200);
  },
);
