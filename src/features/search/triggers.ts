// Triggers that note which plugins the index must read again, in the batch that changes their active version.
import { trigger } from '../../db/schema/triggers.ts';

const numbered = `coalesce((select max(number) from search_words where organization_id = new.organization_id), 0) + 1`;

const note = `insert into search_words (id, organization_id, number, revision, read_revision, merging) values (new.id, new.organization_id, ${numbered}, 1, 0, 0) on conflict (id) do update set revision = revision + 1`;

export const triggers: readonly string[] = [
  trigger('plugins_searched_insert', 'plugins', 'insert', 'new.active_version_id is not null', [note]),
  // The walk of the index's sweep sets the column to its value, so the trigger also fires if that doesn't change.
  trigger('plugins_searched_update', 'plugins', 'update of active_version_id', 'true', [note]),
];

/** Its triggers keep no counters. */
export const recounts: readonly string[] = [];
