// A Go plugin, built and started as the builder does it.
import { existsSync } from 'node:fs';
import { findGo } from '../../../builder/server/builds/go.ts';
import { openBuilds } from '../../../builder/server/builds/open-builds.ts';
import type { Build } from '../../contract/builds.ts';
import { jsonLog } from '../../core/log.ts';
import { shownDuration } from '../duration.ts';
import type { Output } from '../output.ts';
import { type Check, failed, passed } from './check.ts';
import type { LocalBuilder } from './local-builder.ts';

/** What was built, when something was. */
export async function checkBuild(
  builder: LocalBuilder,
  sha256: string,
  output: Output,
): Promise<[Check, Build | undefined]> {
  const go = await findGo();
  if ('reason' in go) return [failed('build', go.reason), undefined];
  const startedAt = performance.now();
  if (!existsSync(builder.cacheFolder)) output.stage('compiling the standard library, once on this machine');
  const lines: string[] = [];
  const { machine, stateFolder, cacheFolder } = builder;
  const { aside } = output;
  const log = jsonLog({ info: aside, warn: aside, error: aside }, { part: 'builder' });
  const builds = await openBuilds(go, { ...machine, log }, stateFolder, cacheFolder);
  for await (const event of builds.follow({ runtime: 'go', archive: sha256, commit: null, scope: 'test' })) {
    if (event.type === 'log') lines.push(event.line);
    if (event.type === 'failed')
      return [failed('build', 'it does not compile', event.error.message.split('\n')), undefined];
    if (event.type === 'built') {
      const took = shownDuration(performance.now() - startedAt);
      return [
        passed('build', `${go.version}, ${event.build.artifact.size_bytes} bytes, in ${took}`, lines),
        event.build,
      ];
    }
  }
  return [failed('build', 'the build ended without an outcome', lines), undefined];
}
