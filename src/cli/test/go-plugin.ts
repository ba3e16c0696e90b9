// Builds a Go plugin as the builder does.
import { existsSync } from 'node:fs';
import { findGo } from '../../../builder/server/builds/go.ts';
import { openBuilds } from '../../../builder/server/builds/open-builds.ts';
import type { Build } from '../../contract/builder/builds.ts';
import { jsonLog } from '../../core/log.ts';
import { formatDuration } from '../../core/quantities.ts';
import type { Output } from '../terminal/output.ts';
import { type Check, failedCheck, passedCheck } from './check.ts';
import type { LocalBuilder } from './local-builder.ts';

/** Returns the check and, if it passed, the build. */
export async function checkBuild(
  builder: LocalBuilder,
  sha256: string,
  output: Output,
): Promise<[Check, Build | undefined]> {
  const go = await findGo();
  if ('reason' in go) return [failedCheck('build', go.reason), undefined];
  const startedAt = performance.now();
  if (!existsSync(builder.cacheFolder)) output.stage('compiling the Go standard library (first run only)');
  const lines: string[] = [];
  const { machine, stateFolder, cacheFolder } = builder;
  const { info } = output;
  const log = jsonLog({ info, warn: info, error: info }, { part: 'builder' });
  const builds = await openBuilds(go, { ...machine, log }, stateFolder, cacheFolder);
  for await (const event of builds.follow({ runtime: 'go', archive: sha256, commit: null, scope: 'test' })) {
    if (event.type === 'log') lines.push(event.line);
    if (event.type === 'failed')
      return [failedCheck('build', 'the plugin does not compile', event.error.message.split('\n')), undefined];
    if (event.type === 'built') {
      const took = formatDuration(performance.now() - startedAt);
      return [
        passedCheck('build', `${go.version}, ${event.build.artifact.size_bytes} bytes, in ${took}`, lines),
        event.build,
      ];
    }
  }
  return [failedCheck('build', 'the build ended without a result', lines), undefined];
}
