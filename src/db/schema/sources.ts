// The table of credentials for private sources. The database enforces uniqueness and nullability as declared here. Migrations are
// generated from these files.
import { index, integer, sqliteTable, text, uniqueIndex } from 'drizzle-orm/sqlite-core';
import { z } from 'zod';
import { actorRefSchema } from '../../contract/events/events.ts';
import type { OrganizationId, SourceCredentialId } from '../../core/ids.ts';
import { flag, json, time } from '../columns.ts';
import { organizations } from './access.ts';

const githubAppSchema = z.object({
  app_id: z.string(),
  /** Null: that of the host. */
  api_url: z.string().nullable(),
});
export type GithubApp = z.infer<typeof githubAppSchema>;

/** Public parts of an SSH deploy key. */
const deployKeyHostSchema = z.object({ known_hosts: z.array(z.string()) });

export const sourceCredentials = sqliteTable(
  'source_credentials',
  {
    id: text('id').$type<SourceCredentialId>().primaryKey(),
    organizationId: text('organization_id')
      .$type<OrganizationId>()
      .notNull()
      .references(() => organizations.id),
    host: text('host').notNull(),
    /** Without a slash at its ends. Empty: all repositories of the host. */
    path: text('path').notNull(),
    username: text('username').notNull(),
    /** The GitHub App that tokens are made with. Null: there is a token. */
    githubApp: json('github_app', githubAppSchema),
    /** Keys that the host may have. Null: there is no deploy key. */
    deployKey: json('deploy_key', deployKeyHostSchema),
    /** The encrypted token, or the private key, of the App or for SSH (registry/sources/sealed-tokens.ts). */
    sealed: text('sealed').notNull(),
    /** Counts the tokens. */
    revision: integer('revision').notNull(),
    /** Go modules below the place are private: fetched from there, and never asked of a proxy. */
    goModules: flag('go_modules').notNull(),
    /** Patterns of the packages that this Python index alone has. Null: no index, but Git. */
    pythonPackages: json('python_packages', z.array(z.string())),
    /** When the token expires, as its owner said. Null: not known. */
    expiresAt: time('expires_at'),
    lastUsedAt: time('last_used_at'),
    createdAt: time('created_at').notNull(),
    createdBy: json('created_by', actorRefSchema).notNull(),
    updatedAt: time('updated_at').notNull(),
    updatedBy: json('updated_by', actorRefSchema).notNull(),
  },
  (t) => [
    uniqueIndex('source_credentials_place').on(t.organizationId, t.host, t.path),
    index('source_credentials_listed').on(t.organizationId, t.id),
  ],
);
