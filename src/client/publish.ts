// Publishes an archive: requests a presigned URL, uploads the bytes, and confirms until the scan finishes.
import type { components } from './api.gen.d.ts';
import type { SlipwayClient } from './client.ts';
import { ApiError } from './errors.ts';
import { putArchive } from './put-archive.ts';
import { pause } from './retry.ts';

export type UploadRequest = components['schemas']['PluginUploadRequest'];
export type Upload = components['schemas']['PluginUpload'];
export type Published = components['schemas']['ConfirmPluginUploadResponse'];

export type Progress =
  | { step: 'requested'; upload: Upload }
  | { step: 'uploading'; sentBytes: number; totalBytes: number }
  | { step: 'uploaded'; etag: string }
  | { step: 'scanning' };

export interface PublishRequest
  extends Pick<UploadRequest, 'name' | 'version' | 'description' | 'stage' | 'deploy_when_approved' | 'release'> {
  /** The namespace's ID. Without one, the plugin belongs to the whole organization. */
  namespaceId?: string;
  archive: Blob;
  message?: string;
  signal?: AbortSignal;
  onProgress?: (progress: Progress) => void;
}

const pendingPauseMs = 1000;

/**
 * Resolves when the version is published. Rejects with an ApiError whose body is a RejectedPluginUpload if the scan rejects it. Uploads
 * once more if the stored bytes don't match.
 */
export async function publish(client: SlipwayClient, request: PublishRequest): Promise<Published> {
  const { archive, signal, onProgress } = request;
  const upload = await requestUpload(client, request);
  onProgress?.({ step: 'requested', upload });
  const put = async (): Promise<Published> => {
    const etag = await putArchive(upload.presigned_url, archive, {
      ...client.transport,
      ...(signal ? { signal } : {}),
      onProgress: (sentBytes) => onProgress?.({ step: 'uploading', sentBytes, totalBytes: archive.size }),
    });
    onProgress?.({ step: 'uploaded', etag });
    return confirm(client, upload, etag, request);
  };
  try {
    return await put();
  } catch (error) {
    if (error instanceof ApiError && error.type === 'IntegrityError') return put();
    throw error;
  }
}

function requestUpload(client: SlipwayClient, { namespaceId, signal, ...rest }: PublishRequest): Promise<Upload> {
  const { name, version, description, archive, stage, deploy_when_approved, release } = rest;
  const body = {
    name,
    version,
    description,
    file_size_bytes: archive.size,
    ...(stage ? { stage } : {}),
    ...(deploy_when_approved ? { deploy_when_approved } : {}),
    release,
  };
  const options = { body, signal };
  return namespaceId === undefined
    ? client.post('/v1/plugins/uploads', options)
    : client.post('/v1/namespaces/{namespace_id}/plugins/uploads', { ...options, path: { namespace_id: namespaceId } });
}

async function confirm(
  client: SlipwayClient,
  { upload_id }: Upload,
  etag: string,
  { namespaceId, archive, message, signal, onProgress }: PublishRequest,
): Promise<Published> {
  const body = { etag, file_size_bytes: archive.size, message };
  for (;;) {
    onProgress?.({ step: 'scanning' });
    // Each confirmation needs its own idempotency key, or the server would repeat its first response.
    const options = { body, signal };
    const answer = await (namespaceId === undefined
      ? client.post('/v1/plugins/uploads/{upload_id}/confirm', { ...options, path: { upload_id } })
      : client.post('/v1/namespaces/{namespace_id}/plugins/uploads/{upload_id}/confirm', {
          ...options,
          path: { namespace_id: namespaceId, upload_id },
        }));
    if (answer.validation_status !== 'pending') return answer;
    await pause(pendingPauseMs, signal);
  }
}
