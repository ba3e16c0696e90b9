// Tests signing bodies and storing secrets, with the receivers' library (Standard Webhooks).
import { Webhook } from 'standardwebhooks';
import { describe, expect, test } from 'vitest';
import { newSecret, openSecret, sealSecret } from '../../src/signed-requests/secrets.ts';
import { signedHeaders } from '../../src/signed-requests/sign.ts';

const body = '{"id":"evt_1","data":{"name":"Müller \\u2028"}}';
const sentAt = Date.now();
const [first, second] = [newSecret(), newSecret()];

describe('a signature', () => {
  test('a signature made with any of the valid secrets is accepted by the library', async () => {
    const headers = await signedHeaders({ id: 'evt_1', body, sentAt }, [first, second]);
    for (const secret of [first, second]) expect(new Webhook(secret).verify(body, headers)).toEqual(JSON.parse(body));
    expect(headers['webhook-timestamp']).toBe(String(Math.floor(sentAt / 1000)));
  });

  test('a signature equals the one from the library', async () => {
    const headers = await signedHeaders({ id: 'evt_1', body, sentAt }, [first]);
    expect(headers['webhook-signature']).toBe(new Webhook(first).sign('evt_1', new Date(sentAt), body));
  });

  test.each([
    ['another body', { body: `${body} ` }],
    ['another ID', { 'webhook-id': 'evt_2' }],
    ['another time', { 'webhook-timestamp': String(Math.floor(sentAt / 1000) + 1) }],
  ])('a signature does not match %s', async (_what, { body: other, ...changed }: Record<string, string>) => {
    const headers = { ...(await signedHeaders({ id: 'evt_1', body, sentAt }, [first])), ...changed };
    expect(() => new Webhook(first).verify(other ?? body, headers)).toThrow('No matching signature found');
  });

  test('a signature is rejected with another secret', async () => {
    const headers = await signedHeaders({ id: 'evt_1', body, sentAt }, [first]);
    expect(() => new Webhook(second).verify(body, headers)).toThrow('No matching signature found');
  });
});

describe('a secret', () => {
  const vault = { dataKey: 'a key of thirty-two characters ..' };

  test('a secret is 32 random bytes', () => {
    expect(first).toMatch(/^whsec_[A-Za-z0-9+/]{43}=$/);
    expect(first).not.toBe(second);
  });

  test('a secret can be decrypted with the same key and for the same endpoint', async () => {
    const sealed = await sealSecret(vault, 'whk_1', first);
    expect(await openSecret(vault, 'whk_1', sealed)).toBe(first);
  });

  test('a secret is encrypted differently each time, and not readable', async () => {
    const [one, two] = [await sealSecret(vault, 'whk_1', first), await sealSecret(vault, 'whk_1', first)];
    expect(one).not.toBe(two);
    expect(atob(one)).not.toContain('whsec_');
  });

  test.each([
    ['another key', { dataKey: 'another key of as many characters' }, 'whk_1', (sealed: string) => sealed],
    ['another endpoint', vault, 'whk_2', (sealed: string) => sealed],
    [
      'a changed ciphertext',
      vault,
      'whk_1',
      (sealed: string) => (sealed.startsWith('A') ? 'B' : 'A') + sealed.slice(1),
    ],
  ])("a secret can't be decrypted with %s", async (_what, other, id, changed) => {
    const sealed = await sealSecret(vault, 'whk_1', first);
    await expect(openSecret(other, id, changed(sealed))).rejects.toThrow();
  });
});
