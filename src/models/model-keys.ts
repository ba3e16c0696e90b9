// Names the objects of models in the store.
import type { NamespaceId } from '../core/ids.ts';

export interface NamedModel {
  namespaceId: NamespaceId;
  name: string;
}

export interface ModelContent extends NamedModel {
  sha256: string;
  sizeBytes: number;
}

export const modelsFolder = 'models/';
export const modelUploadsFolder = 'model-uploads/';

/** An organization's content is stored once, and nobody else's content is found by its digest. */
export function modelKey(organizationId: string, sha256: string): string {
  return `${modelsFolder}${organizationId}/${sha256}`;
}

/** Where content is sent to. The digest is part of the key, so that requests for other content don't meet. */
export function modelUploadKey({ namespaceId, name, sha256 }: Omit<ModelContent, 'sizeBytes'>): string {
  return `${modelUploadsFolder}${namespaceId}/${name}/${sha256}`;
}
