// Defines the folder that scripts/gpu/prepare.ts fills: Python packages with which a machine with a GPU needs no network.
import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { UsageError } from '../machine/command-line.ts';

/** Variables for builders and uv that take all packages from the folder. */
export function folderVariables(folder: string) {
  const wheels = join(resolve(folder), 'wheels');
  const tools = join(resolve(folder), 'tools');
  for (const path of [wheels, tools])
    if (!existsSync(path)) throw new UsageError(`There is no ${path}. Run \`node scripts/gpu/prepare.ts ${folder}\`.`);
  return {
    BUILDER_WHEELS: wheels,
    BUILDER_TOOLS: tools,
    BUILDER_TORCH_BACKEND: 'none',
    UV_OFFLINE: '1',
    UV_FIND_LINKS: wheels,
  };
}

/** Throws on a machine without an NVIDIA GPU. Tests of the scripts set BUILDER_NVML instead. */
export function requireCard(): void {
  if (existsSync('/dev/nvidia0') || process.env.BUILDER_NVML) return;
  throw new Error('This machine has no NVIDIA GPU (/dev/nvidia0). Run this where `nvidia-smi` works.');
}
