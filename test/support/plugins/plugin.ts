// Provides a small valid plugin, and archives of its files with a test's changes.
import { zipSync } from 'fflate';
import { writeTarGz } from '../archives/tar-writer.ts';
import { bytesOf, joined } from '../bytes.ts';

/** A name of 64 characters, as many as a name may have. */
export const longestName = 'longest_'.repeat(8);

export type Files = Record<string, string | Uint8Array>;

export interface PluginOptions {
  name?: string;
  version?: string;
  /** Adds a realtime.py that returns its inputs. */
  realtime?: boolean;
  /** Files to add or replace. */
  files?: Files;
}

export interface Plugin {
  name: string;
  version: string;
  files: Files;
  zip: Uint8Array<ArrayBuffer>;
}

const pipeline = `def build_steps(extractor_request, container=None, base_steps=None, **kwargs):
    return {"steps": []}
`;

const realtimeHandler = `from shared.plugins.inference.serve import BaseInferenceService


class EchoInferenceService(BaseInferenceService):
    async def run_inference(self, inputs, parameters):
        return {"embedding": [0.0, 1.0, 0.0, 1.0], "inputs": inputs}
`;

export function manifest({ name, version, extra = '' }: { name: string; version: string; extra?: string }): string {
  return `feature_extractor_name = "${name}"
version = "${version}"
description = "Says hello"
features = [
    {"feature_type": "embedding", "feature_name": "${name}_vector", "embedding_dim": 4, "distance_metric": "cosine"},
]
output_schema = {"${name}_vector": {"type": "array"}}
${extra}`;
}

export function plugin({
  name = 'hello_ext',
  version = '1.0.0',
  realtime = false,
  files = {},
}: PluginOptions = {}): Plugin {
  const whole: Files = {
    'manifest.py': manifest({ name, version }),
    'pipeline.py': pipeline,
    ...(realtime ? { 'realtime.py': realtimeHandler } : {}),
    ...files,
  };
  return { name, version, files: whole, zip: zipOf(whole) };
}

/** Returns the same bytes for the same files, whenever it is called. */
export function zipOf(files: Files, top = ''): Uint8Array<ArrayBuffer> {
  const entries = Object.entries(files).map(([path, content]) => [top + path, bytesOf(content)] as const);
  return joined([zipSync(Object.fromEntries(entries), { mtime: new Date(Date.UTC(2026, 0, 2)) })]);
}

export function tarGzOf(files: Files, top = ''): Uint8Array<ArrayBuffer> {
  const members = Object.entries(files).map(([path, data]) => ({ name: top + path, data }));
  return writeTarGz(top === './' ? [{ name: './', type: '5' }, ...members] : members);
}
