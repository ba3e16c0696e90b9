// File access for manifest/, implemented for archives and for folders on disk.
import { decodeSource } from '../scan/file/source.ts';

export interface PluginFiles {
  /** File paths relative to the plugin, without the top folder, separated by `/`. */
  paths: readonly string[];
  read(path: string): Promise<Uint8Array>;
}

export interface FileText {
  /** Undefined if the file is missing, too large or not decodable. Rules in archive/ and scan/ report those cases. */
  text: string | undefined;
  tooLarge: boolean;
}

export async function readPluginText(plugin: PluginFiles, path: string, bytesMax: number): Promise<FileText> {
  if (!plugin.paths.includes(path)) return { text: undefined, tooLarge: false };
  const bytes = await plugin.read(path);
  if (bytes.length > bytesMax) return { text: undefined, tooLarge: true };
  const { problem, text } = decodeSource(bytes);
  return { text: problem ? undefined : text, tooLarge: false };
}
