// Stores quarantines of content whose organization has been removed, so that removing itself doesn't free it.
import { index, sqliteTable, text } from 'drizzle-orm/sqlite-core';
import { pluginKinds } from '../../contract/states.ts';
import { quarantineSchema } from '../../contract/withdrawals.ts';
import { json } from '../columns.ts';

/** Digests of a removed version or agent plugin. Nothing here names its organization. */
export const keptQuarantines = sqliteTable(
  'kept_quarantines',
  {
    /** The removed version's or agent plugin's ID. */
    id: text('id').primaryKey(),
    kind: text('kind', { enum: [...pluginKinds, 'agent'] }).notNull(),
    sha256: text('sha256').notNull(),
    uploadSha256: text('upload_sha256').notNull(),
    filesSha256: text('files_sha256'),
    quarantined: json('quarantined', quarantineSchema).notNull(),
  },
  (t) => [
    index('kept_quarantines_content').on(t.sha256, t.id),
    index('kept_quarantines_uploads').on(t.uploadSha256),
    index('kept_quarantines_files').on(t.filesSha256),
  ],
);
