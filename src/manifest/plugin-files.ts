// The plugin as manifest/ needs it: its paths, and the text of one file. archive/ has it, and so has a folder on disk.
import { decodeSource } from '../scan/source.ts';

export interface PluginFiles {
  /** Within the plugin: the top folder is stripped, separators are `/`. */
  paths: readonly string[];
  read(path: string): Promise<Uint8Array>;
}

export interface FileText {
  /** Undefined for a file that is absent, too large, or not to be decoded: the archive's or the scanner's rules speak of those. */
  text: string | undefined;
  tooLarge: boolean;
}

export async function textOf(plugin: PluginFiles, path: string, bytesMax: number): Promise<FileText> {
  if (!plugin.paths.includes(path)) return { text: undefined, tooLarge: false };
  const bytes = await plugin.read(path);
  if (bytes.length > bytesMax) return { text: undefined, tooLarge: true };
  const { problem, text } = decodeSource(bytes);
  return { text: problem ? undefined : text, tooLarge: false };
}
