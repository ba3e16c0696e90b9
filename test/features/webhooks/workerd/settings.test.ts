// Tests the settings of webhooks.
import { env } from 'cloudflare:workers';
import { expect, test } from 'vitest';
import { bindingsOf } from '../../../../src/bindings.ts';

test('deliveries are kept for at least fifteen days, so that those of two weeks can be repeated', () => {
  expect(bindingsOf({ ...env, DELIVERY_RETENTION_DAYS: '15' }).settings.DELIVERY_RETENTION_DAYS).toBe(15);
  expect(() => bindingsOf({ ...env, DELIVERY_RETENTION_DAYS: '14' })).toThrow('DELIVERY_RETENTION_DAYS is below 15');
});
