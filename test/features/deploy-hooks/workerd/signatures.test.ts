// Tests Standard Webhooks signatures. A sender that is rotating its secret sends several.
import { expect, test } from 'vitest';
import { isSigned } from '../../../../src/features/deploy-hooks/signatures.ts';
import { signedHeaders } from '../../../../src/signed-requests/sign.ts';

const secretOf = (letter: string) => `whsec_${btoa(letter.repeat(32))}`;
const [secret, other] = [secretOf('a'), secretOf('b')];
const receivedAt = Date.UTC(2026, 10, 22);

test.each([
  ['the only one', [secret], true],
  ['one of another secret', [other], false],
  ['the first of two', [secret, other], true],
  ['the last of two', [other, secret], true],
  ['the tenth', [...Array(9).fill(other), secret], true],
  ['the eleventh, which is not read', [...Array(10).fill(other), secret], false],
])('a Standard Webhook may have several signatures, one of which matches: %s', async (_, secrets, expected) => {
  const body = '{"ref": "refs/heads/main"}';
  const headers = new Headers(await signedHeaders({ id: 'msg_1', body, sentAt: receivedAt }, secrets));
  const request = { headers, body: Uint8Array.from(new TextEncoder().encode(body)), receivedAt };
  expect(await isSigned('generic', request, [secret])).toBe(expected);
});
