// Defines a namespace's models: files that its plugins read, separate from their archives.
import { z } from 'zod';
import { sha256Text } from '../digests.ts';

const modelNamePattern = /^[A-Za-z0-9][A-Za-z0-9._-]{0,127}$/;
/** A model's name, also its file name. `load_hf_model` looks for `organization--name`. */
export const modelName = z
  .string()
  .regex(modelNamePattern, 'must be 1 to 128 letters, digits, `.`, `_` and `-`, and start with a letter or digit');

/** A model in an instance's spec: the plugin finds the file by name, the builder by digest. */
export const modelRefSchema = z.strictObject({ name: modelName, sha256: sha256Text });
export type ModelRef = z.infer<typeof modelRefSchema>;

/** Returns why a plugin can't start. `lack` is "the namespace … does not have", and `remedy` a sentence with the fix. */
export function missingModelsMessage(names: readonly string[], lack: string, remedy: string): string {
  const what = names.length === 1 ? `the model ${names[0]}` : `the models ${names.join(', ')}`;
  return `The plugin names ${what}, which ${lack}. ${remedy}`;
}
