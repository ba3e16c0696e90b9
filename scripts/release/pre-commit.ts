// Commits to a repository that uses the pre-commit hook, with the real pre-commit.
import { join } from 'node:path';
import { createEnvironment } from '../testing/uv.ts';
import { commandOutput, expectThat, type Place, refused, run, type Trial, writeFiles } from './trial.ts';

const preCommitVersion = '4.7.0';

const gitAuthor = {
  GIT_AUTHOR_NAME: 'Author',
  GIT_AUTHOR_EMAIL: 'author@example.com',
  GIT_COMMITTER_NAME: 'Author',
  GIT_COMMITTER_EMAIL: 'author@example.com',
};

export const preCommit: Trial[] = [
  {
    name: 'the pre-commit hook',
    async run(place) {
      const environment = join(place.folder, 'environment');
      const failed = await createEnvironment(environment, 'python3', [`pre-commit==${preCommitVersion}`]);
      if (failed) throw new Error(failed.output);
      return tryCommits(place, join(environment, 'bin/pre-commit'));
    },
  },
];

function tryCommits(place: Place, program: string): string {
  const tools = join(place.folder, 'tools');
  writeFiles(tools, { 'package.json': '{ "private": true }\n' });
  commandOutput('npm', ['install', '--no-audit', '--no-fund', place.tarball], { cwd: tools });
  const slipway = join(tools, 'node_modules/.bin/slipway');
  const repository = join(place.folder, 'repository');
  const env = { SLIPWAY_CLI: slipway, PRE_COMMIT_HOME: join(place.folder, 'cache'), ...gitAuthor };
  const git = (...args: string[]) => run('git', args, { cwd: repository, env });

  writeFiles(repository, {
    '.pre-commit-config.yaml': configuration(hookRepository(place)),
    'README.md': 'Plugins.\n',
  });
  commandOutput('git', ['init', '--quiet'], { cwd: repository });
  commandOutput('mkdir', ['plugins'], { cwd: repository });
  commandOutput(slipway, ['init', 'made'], { cwd: join(repository, 'plugins') });
  commandOutput(program, ['install'], { cwd: repository, env });

  git('add', '.');
  const accepted = git('commit', '--message', 'Add a plugin');
  expectThat(accepted.status === 0 && /slipway lint\.+Passed/.test(accepted.stderr), 'a new plugin', accepted);
  writeFiles(repository, { 'plugins/made/processors/shell.py': refused.source });
  git('add', '.');
  const rejected = git('commit', '--message', 'Start a program');
  const names = rejected.stderr.includes('processors/shell.py:3:1: error');
  expectThat(rejected.status === 1 && names && rejected.stderr.includes(refused.rule), 'a refused file', rejected);
  git('reset', '--quiet', '--hard');
  writeFiles(repository, { 'scripts/shell.py': refused.source, 'README.md': 'Plugins and scripts.\n' });
  git('add', '.');
  const outside = git('commit', '--message', 'Change a file outside any plugin');
  expectThat(outside.status === 0, 'a file outside any plugin', outside);
  return `pre-commit ${preCommitVersion} accepts a new plugin, rejects os.system in it, and leaves other files alone`;
}

/** Copies the parts of this checkout that pre-commit needs into a repository, because pre-commit clones a commit. */
function hookRepository({ folder }: Place): string {
  const cwd = join(folder, 'hook');
  commandOutput('mkdir', [cwd], { cwd: folder });
  commandOutput('cp', ['-R', '.pre-commit-hooks.yaml', 'integrations', cwd], { cwd: process.cwd() });
  commandOutput('git', ['init', '--quiet'], { cwd });
  commandOutput('git', ['add', '.'], { cwd });
  commandOutput('git', ['commit', '--quiet', '--message', 'Hook'], { cwd, env: gitAuthor });
  commandOutput('git', ['tag', 'v1.0.0'], { cwd });
  return cwd;
}

const configuration = (hook: string) =>
  `repos:\n  - repo: ${hook}\n    rev: v1.0.0\n    hooks:\n      - id: slipway-lint\n        args: [--policy, strict]\n`;
