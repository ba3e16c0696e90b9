// Links from events to webhooks.
import type { EventSubject } from '../../points/event-subject.ts';
import { WebhookLink } from './webhook-link.tsx';

export const subjects: readonly EventSubject[] = [{ prefix: 'whk_', Link: WebhookLink }];
