// Builds the quotas of models' bytes, and of upload URLs.
import { type SQL, sql } from 'drizzle-orm';
import type { OrganizationId } from '../../core/ids.ts';
import { models, modelUploads } from '../../db/schema/models.ts';
import { usedOf } from '../../limits/amounts.ts';
import { type Quota, quota } from '../../limits/quotas.ts';
import { storageQuota } from '../../limits/stored-bytes.ts';
import type { ModelContent } from '../../models/model-keys.ts';

/** Returns the quota for a model's new content, which replaces the old. Its own reservation doesn't count. */
export function modelQuota(organizationId: OrganizationId, upload: ModelContent): Quota {
  const { namespaceId, name, sizeBytes } = upload;
  const replaced = sql`select ${models.sizeBytes} from ${models} where ${models.namespaceId} = ${namespaceId} and ${models.name} = ${name}`;
  const own = sql`select ${modelUploads.sizeBytes} from ${modelUploads} where ${matchesUpload(upload)}`;
  return storageQuota(organizationId, sizeBytes, {
    replaced: sql`(coalesce((${replaced}), 0) + coalesce((${own}), 0))`,
  });
}

/** Returns the quota for one more model upload URL. */
export function modelUploadQuota(organizationId: OrganizationId, upload: ModelContent): Quota {
  const own = sql`select 1 from ${modelUploads} where ${matchesUpload(upload)}`;
  return quota(organizationId, 'model_uploads', sql`(${usedOf.model_uploads(organizationId)} - exists (${own}))`);
}

/** SQL: this content's reservation. */
export function matchesUpload({ namespaceId, name, sha256 }: Omit<ModelContent, 'sizeBytes'>): SQL {
  return sql`${modelUploads.namespaceId} = ${namespaceId} and ${modelUploads.name} = ${name} and ${modelUploads.sha256} = ${sha256}`;
}
