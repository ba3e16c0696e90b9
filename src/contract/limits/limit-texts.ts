// Says what raises each limit and who may do it: one table for responses, logs and deployments. The value belongs in the preceding
// sentence, because a grant or a builder setting may have changed it.

export const raisedBy = {
  memory:
    'Ask for more with `memory_mb` in `permissions`; an administrator of the organization grants it with `slipway grants give PLUGIN --memory-mb MIB`.',
  gpuMemory: 'Ask for more with `num_gpus` or `gpu_memory_gb` in `serve_config` of manifest.py, or use less at a time.',
  time: 'Ask for more with `timeout_s` in `permissions`, at most 120 s; an administrator of the organization grants it with `slipway grants give PLUGIN --timeout-s SECONDS`.',
  laterTime:
    'Ask for more with `later_timeout_s` in `permissions`, at most 720 s; an administrator of the organization grants it with `slipway grants give PLUGIN --later-timeout-s SECONDS`.',
  caller:
    "The caller chose this time with the header `X-Request-Timeout`: it may wait longer, up to the plugin's own limit.",
  start:
    'Do less work while the plugin loads. The operator of the builder can raise it with `startMs` in BUILDER_LIMITS.',
  temp: 'This limit is the same for all plugins: delete temporary files as soon as possible.',
  data: 'Delete data. The operator of the builder can raise it with `dataBytes` and `dataFiles` in BUILDER_LIMITS.',
  answer: 'This limit is the same for all plugins: return less, or the URL of a file.',
  request: 'This limit is the same for all plugins: send less, or the URL of a file.',
  file: 'This limit is the same for all plugins: write several smaller files.',
  openFiles: 'This limit is the same for all plugins: close files and connections that you no longer use.',
  threads: 'This limit is the same for all plugins: start fewer threads and processes, or use a pool.',
  isolateMemory: 'Set `placement: container` in plugin.yaml, where it has 2048 MiB and may ask for more.',
  log: 'Print less. The operator of the builder can raise it with `logChunkEveryMs` in BUILDER_LIMITS.',
  connections: 'This limit is the same for all plugins: close connections that you no longer use, or keep a pool.',
  environment:
    'Depend on fewer or smaller packages. The operator of the builder can raise it with `environmentBytes` and `environmentFiles` in BUILDER_LIMITS.',
  disk: 'Try again: installed packages are kept. The operator of the builder can give it a larger disk, or lower `environmentCacheBytes` in BUILDER_LIMITS.',
  environmentTime: 'The operator of the builder can raise it with `environmentMs` in BUILDER_LIMITS.',
  buildTime: 'The operator of the builder can raise it with `buildMs`, `downloadMs` and `compileMs` in BUILDER_LIMITS.',
  build:
    'The operator of the builder can raise it with `buildMemoryBytes`, `buildCpuSeconds` and `artifactBytes` in BUILDER_LIMITS.',
  source:
    'The operator of the builder can raise it with `fetchBytes`, `sourceBytes` and `sourceFiles` in BUILDER_LIMITS.',
} as const;

export function answerTooLarge(bytesMax: number): string {
  return `The plugin's answer is larger than ${bytesMax} bytes. ${raisedBy.answer}`;
}

export type LimitName = keyof typeof raisedBy;
