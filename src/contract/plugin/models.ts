// Defines the models of a namespace: files that its plugins read, apart from their archives.
import { z } from 'zod';
import { sha256Text } from '../digests.ts';

export const modelLimits = {
  perNamespaceMax: 100,
  /** R2 takes up to 5 GiB in one PUT, and somewhat less to be safe. */
  sizeBytesMax: 5 * 1024 ** 3 - 16 * 1024 ** 2,
  /** That one version may ask for. */
  perVersionMax: 20,
  /** Validity of the URL that a model is sent to. A slow line takes hours. */
  uploadUrlSeconds: 24 * 3600,
  /** A confirm keeps its reservation at least this long, so that its content is not deleted before it has its row. */
  confirmMs: 3_600_000,
  /** Content without a model, an upload or a reservation is deleted after this time: clocks differ. */
  orphanGraceMs: 300_000,
  requestBytes: 16 * 1024,
} as const;

const modelNamePattern = /^[A-Za-z0-9][A-Za-z0-9._-]{0,127}$/;
/** The name of a model. It is a file name. `load_hf_model` looks for `organization--name`. */
export const modelName = z
  .string()
  .regex(modelNamePattern, 'must be 1 to 128 letters, digits, `.`, `_` and `-`, and start with a letter or digit');

/** A model in the spec of an instance: the plugin finds the file by its name, and the builder by its digest. */
export const modelRefSchema = z.strictObject({ name: modelName, sha256: sha256Text });
export type ModelRef = z.infer<typeof modelRefSchema>;

/** Why a plugin cannot start. `lack` is "the namespace … does not have", and `remedy` the sentence that says what to do. */
export function missingModelsMessage(names: readonly string[], lack: string, remedy: string): string {
  const what = names.length === 1 ? `the model ${names[0]}` : `the models ${names.join(', ')}`;
  return `The plugin names ${what}, which ${lack}. ${remedy}`;
}
