// Checks an uploaded model's content and copies it to the key for its digest.
import { modelHeadBytes, modelTailBytes } from '../../contract/features/models/limits.ts';
import type { OrganizationId } from '../../core/ids.ts';
import { Problem } from '../../core/problem.ts';
import type { Deps } from '../../deps.ts';
import { type ModelContent, modelKey, modelUploadKey } from '../../models/model-keys.ts';
import { storable } from '../../registry/storage/turns.ts';
import { pickleReason } from './pickles.ts';

/** Stores the content, and returns why it needs a waiver, if it does. The store computes the digest while it copies. */
export async function storeContent(
  { blobs, storage }: Pick<Deps, 'blobs' | 'storage'>,
  organizationId: OrganizationId,
  content: ModelContent,
  waivedBecause: string | null,
): Promise<string | null> {
  const { name, sha256, sizeBytes } = content;
  const key = modelUploadKey(content);
  const sent = await blobs.head(key);
  if (!sent)
    throw new Problem('object-missing', `Nothing has been uploaded for the model ${name} yet`, {
      hint: 'PUT the file to the URL of the first response, then confirm again.',
    });
  if (sent.size !== sizeBytes)
    throw new Problem(
      'integrity-mismatch',
      `The model has ${sent.size} bytes, but the request announced ${sizeBytes}`,
      {
        hint: 'Upload the file again, then confirm again.',
      },
    );
  const pinned = { onlyIf: { etagMatches: sent.etag } };
  const reason = pickleReason(
    await bytesOf(
      await blobs.get(key, { ...pinned, range: { offset: 0, length: Math.min(modelHeadBytes, sent.size) } }),
    ),
    await bytesOf(await blobs.get(key, { ...pinned, range: { suffix: Math.min(modelTailBytes, sent.size) } })),
  );
  if (reason !== undefined && waivedBecause === null) throw pickled(name, reason);
  const whole = await blobs.get(key, pinned);
  if (!whole || !('body' in whole)) throw changed(name);
  const body = storable(storage, whole.body, sent.size);
  await blobs.put(modelKey(organizationId, sha256), body, { sha256 }).catch((cause: unknown) => {
    if (!isMismatch(cause)) throw cause;
    throw new Problem('integrity-mismatch', `The SHA-256 of the model is not ${sha256}`, {
      hint: 'Upload the file again, then confirm again; or start over with the digest of the file.',
      cause,
    });
  });
  return reason === undefined ? null : waivedBecause;
}

async function bytesOf(object: R2ObjectBody | R2Object | null): Promise<Uint8Array> {
  if (!object || !('body' in object)) throw new Problem('conflict', 'The model was uploaded again in the meantime');
  return new Uint8Array(await object.arrayBuffer());
}

/** R2's code for content without the digest that the request names (`BadDigest`). Its errors state their code only in the message. */
const badDigest = '(10037)';

function isMismatch(error: unknown): boolean {
  return error instanceof Error && error.message.endsWith(badDigest);
}

function changed(name: string): Problem {
  return new Problem('conflict', `The model ${name} was uploaded again in the meantime`);
}

function pickled(name: string, reason: string): Problem {
  return new Problem('policy-rejected', `The model ${name} may run code when it is loaded: ${reason}`, {
    hint: 'Convert it to safetensors, ONNX or GGUF. Or accept it with the reason in `waive_pickle` (`--waive-pickle REASON`), which needs the scope `policy:admin`.',
  });
}
