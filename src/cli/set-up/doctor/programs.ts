// Checks Go and Git for `slipway doctor`: it compiles and fetches with them, confined as on a builder.
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { findGo, type Go } from '../../../../builder/server/builds/go.ts';
import { openBuilds } from '../../../../builder/server/builds/open-builds.ts';
import { goProblem } from '../../../../builder/server/builds/try-go.ts';
import type { MachineProblem } from '../../../../builder/server/core/machine-problem.ts';
import { findGit, type Git } from '../../../../builder/server/sources/git.ts';
import { gitProblem } from '../../../../builder/server/sources/try-git.ts';
import { jsonLog } from '../../../core/log.ts';
import { type Finding, lacking, right } from '../../command/finding.ts';
import type { Environment } from '../../connection/settings.ts';
import { Failure } from '../../terminal/failure.ts';
import { withLocalBuilder } from '../../test/local-builder.ts';

interface Programs {
  go: Go | { reason: string };
  git: Git | { reason: string };
}

type Problems = Partial<Record<keyof Programs, MachineProblem>>;

const ignore = () => {};
const log = jsonLog({ info: ignore, warn: ignore, error: ignore });

export async function checkGoAndGit(environment: Environment, signal: AbortSignal): Promise<Finding[]> {
  const [go, git] = await Promise.all([findGo(), findGit()]);
  const problems = 'reason' in go && 'reason' in git ? {} : await tryPrograms({ go, git }, environment, signal);
  return [
    'reason' in go
      ? lacking('go', firstSentence(go.reason), 'install Go 1.24 or newer to test Go plugins')
      : tried('go', go.version, problems.go),
    'reason' in git
      ? lacking('git', firstSentence(git.reason), 'install Git 2.39 or newer to run a local builder')
      : tried('git', git.version, problems.git),
  ];
}

async function tryPrograms({ go, git }: Programs, environment: Environment, signal: AbortSignal): Promise<Problems> {
  try {
    return await withLocalBuilder(environment, signal, async ({ machine, stateFolder }) => {
      const folder = join(stateFolder, 'sources');
      await mkdir(folder);
      const found: Problems = {};
      if (!('reason' in go)) {
        const builds = await openBuilds(go, { ...machine, log }, stateFolder);
        Object.assign(found, { go: await goProblem(builds.machine) });
      }
      if (!('reason' in git)) {
        const fetching = { ...machine, git, folder, allowLoopback: true, exampleRepository: undefined };
        Object.assign(found, { git: await gitProblem(fetching) });
      }
      return found;
    });
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    const untried = { problem: `not tried: ${error.message}`, fix: 'Fix that first' };
    return { go: untried, git: untried };
  }
}

function tried(name: string, version: string, found: MachineProblem | undefined): Finding {
  return found
    ? lacking(name, found.problem, found.fix.charAt(0).toLowerCase() + found.fix.slice(1))
    : right(name, version);
}

/** Drops the builder's advice because the fix says what to do on this machine. */
function firstSentence(text: string): string {
  return text.split('. ')[0] ?? text;
}
