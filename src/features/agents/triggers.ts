// Triggers that count the bytes of artifacts' copies, each digest once per organization.
import { add, type Row, trigger } from '../../db/schema/triggers.ts';

/** SQL: no other agent plugin version in the organization has the same copy. */
const isOnlyCopy = (row: Row) =>
  `not exists (select 1 from agent_artifacts a where a.checksum = ${row}.checksum and a.organization_id = ${row}.organization_id and a.mirrored and a.yanked_at is null and a.id <> ${row}.id)`;

const isCopy = (row: Row) => `${row}.mirrored and ${row}.yanked_at is null`;
const countCopy = (row: Row, sign: '' | '-') =>
  add(
    `${row}.organization_id`,
    'artifact_bytes',
    `${sign}coalesce(${row}.size_bytes, 0)`,
    `${isCopy(row)} and ${isOnlyCopy(row)}`,
  );

export const triggers: readonly string[] = [
  trigger('copies_counted_insert', 'agent_artifacts', 'insert', isCopy('new'), [countCopy('new', '')]),
  trigger(
    'copies_counted_update',
    'agent_artifacts',
    'update of mirrored, yanked_at, size_bytes, checksum, organization_id',
    `(${isCopy('old')}) <> (${isCopy('new')}) or old.size_bytes is not new.size_bytes or old.checksum <> new.checksum or old.organization_id <> new.organization_id`,
    [countCopy('old', '-'), countCopy('new', '')],
  ),
  trigger('copies_counted_delete', 'agent_artifacts', 'delete', isCopy('old'), [countCopy('old', '-')]),
];

export const recounts: readonly string[] = [
  `select organization_id, 'artifact_bytes', sum(size_bytes) from (select distinct organization_id, checksum, size_bytes from agent_artifacts where mirrored and yanked_at is null) group by organization_id having sum(size_bytes) <> 0`,
];
