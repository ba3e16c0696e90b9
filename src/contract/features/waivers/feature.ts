// Defines the events of waivers, except `waiver.used`, which the kernel records when it applies a waiver.
import { z } from 'zod';
import { eventWithData } from '../../event-data.ts';

export const events = {
  'waiver.granted': eventWithData('A rule was waived for a plugin.', {
    plugin: z.string().describe("A plugin's name, or the ID of one of its versions."),
    rule: z.string(),
    reason: z.string(),
    expires_at: z.string(),
  }),
  'waiver.revoked': eventWithData('A waiver was revoked.', { plugin: z.string(), rule: z.string() }),
  'waiver.expired': eventWithData('A waiver expired.', { plugin: z.string(), rule: z.string() }),
};
