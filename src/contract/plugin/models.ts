// Defines the models of a namespace: files that its plugins read, apart from their archives.
import { z } from 'zod';
import { sha256Text } from '../digests.ts';

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
