// Table of credentials for private sources. The database enforces uniqueness and nullability as declared here. Migrations are generated
// from these files.
import { index, integer, sqliteTable, text, uniqueIndex } from 'drizzle-orm/sqlite-core';
import { z } from 'zod';
import { actorRefSchema } from '../../contract/actor.ts';
import type { SourceCredentialId } from '../../core/ids.ts';
import { flag, json, reference, time } from '../../db/columns.ts';
import { organizations } from '../../db/schema/access.ts';

const githubAppSchema = z.object({
  app_id: z.string(),
  /** Null for the host's own API. */
  api_url: z.string().nullable(),
});
export type GithubApp = z.infer<typeof githubAppSchema>;

/** Public parts of an SSH deploy key. */
const deployKeyHostSchema = z.object({ known_hosts: z.array(z.string()) });

export const sourceCredentials = sqliteTable(
  'source_credentials',
  {
    id: text('id').$type<SourceCredentialId>().primaryKey(),
    organizationId: reference('organization_id', () => organizations.id),
    host: text('host').notNull(),
    /** Without leading or trailing slash. Empty for all of the host's repositories. */
    path: text('path').notNull(),
    username: text('username').notNull(),
    /** The GitHub App that creates tokens. Null if there is a stored token. */
    githubApp: json('github_app', githubAppSchema),
    /** The host's accepted keys. Null if there is no deploy key. */
    deployKey: json('deploy_key', deployKeyHostSchema),
    /** The encrypted token, or the private key of the App or for SSH (credentials.ts). */
    sealed: text('sealed').notNull(),
    /** Number of tokens so far. */
    revision: integer('revision').notNull(),
    /** True if Go modules below the place are private: fetched from there and never requested from a proxy. */
    goModules: flag('go_modules').notNull(),
    /** Patterns for packages that only this Python index serves. Null for a Git source. */
    pythonPackages: json('python_packages', z.array(z.string())),
    /** Token expiry, as stated by its owner. Null if unknown. */
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
