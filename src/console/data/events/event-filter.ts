// Filters of events: a type, or the beginning of types. The server explains a filter with an unknown one.
import type { Schemas } from '../api.ts';

export type EventFilter = Schemas['EventFilter'];

export function isEventFilter(text: string | undefined): text is EventFilter {
  return text !== undefined && text !== '';
}
