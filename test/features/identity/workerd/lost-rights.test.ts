// Tests on the real Worker that a person's stream ends when they are no member any more.
import { expect, test } from 'vitest';
import { logToFollow, openStream } from '../../../support/scenes/followed-logs.ts';
import { organization } from '../../../support/scenes/organization.ts';
import { personIdOf } from '../../../support/scenes/people.ts';
import { waitFor } from '../../../support/waiting.ts';
import { memberIn } from '../scenes/members.ts';

test('a stream ends after a member is removed, and one of another caller continues', async () => {
  const org = await organization();
  const path = await logToFollow(org);
  const person = await memberIn(org, 'Ada');
  await memberIn(org, 'Bea'); // the last owner can't be removed
  const other = await openStream(org, path, { authorization: `Bearer ${org.key}` });
  const stream = await openStream(org, path, { authorization: `Bearer ${person.key}` });
  expect((await org.del(`/v1/members/${await personIdOf(person)}`)).status).toBe(200);
  await waitFor(() => expect(stream.hasEnded).toBe(true));
  expect(other.hasEnded).toBe(false);
  await other.close();
});
