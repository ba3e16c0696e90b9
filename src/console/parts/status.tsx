// A status as an icon and a word, since not everyone can see color.
import type { ReactNode } from 'react';
import { deploymentWord, type VersionWord } from '../../contract/state-words.ts';
import type { Schemas } from '../data/api.ts';

export type Tone = 'good' | 'bad' | 'warning' | 'busy' | 'quiet';

/** Shapes instead of characters, which some fonts lack. */
const icons: Record<Tone, ReactNode> = {
  good: <circle cx="8" cy="8" r="5" fill="currentColor" />,
  bad: <path d="M3 3l10 10M13 3L3 13" />,
  warning: <path d="M8 1.5v8.5M8 12.5v2" />,
  busy: <path d="M8 2.5a5.5 5.5 0 1 1-5.5 5.5" />,
  quiet: <circle cx="8" cy="8" r="5" />,
};

export function Status({ tone, children }: { tone: Tone; children: string }) {
  return (
    <span className={`status ${tone}`}>
      <svg className="icon" viewBox="0 0 16 16" aria-hidden="true">
        {icons[tone]}
      </svg>{' '}
      {capitalized(children)}
    </span>
  );
}

const toneOfDeployment: Record<string, Tone> = {
  live: 'good',
  failing: 'bad',
  candidate: 'busy',
  standby: 'quiet',
  'batch only': 'quiet',
  draining: 'quiet',
  failed: 'bad',
  cancelled: 'quiet',
  superseded: 'quiet',
  stopped: 'quiet',
};

interface DeploymentProps {
  deployment: Pick<Schemas['DeploymentEntry'], 'deployment_type' | 'serving' | 'status' | 'version'>;
  /** If undefined, the version counts as live. */
  plugin?: Schemas['PluginOverview'] | undefined;
}

export function DeploymentStatus({ deployment, plugin }: DeploymentProps) {
  const word = deploymentWord(deployment, plugin);
  return <Status tone={toneOfDeployment[word] ?? 'busy'}>{word}</Status>;
}

const toneOfRelease: Record<Schemas['Release']['state'], Tone> = {
  shadowing: 'busy',
  rolling: 'busy',
  paused: 'warning',
  succeeded: 'good',
  reverted: 'bad',
  cancelled: 'quiet',
};

export function ReleaseStatus({ state }: Pick<Schemas['Release'], 'state'>) {
  return <Status tone={toneOfRelease[state]}>{state}</Status>;
}

export const toneOfVersion: Record<VersionWord, Tone> = {
  live: 'good',
  failing: 'bad',
  candidate: 'busy',
  standby: 'quiet',
  failed: 'bad',
  deploying: 'busy',
  'batch only': 'quiet',
  'not deployed': 'quiet',
  staged: 'warning',
  rejected: 'bad',
};

/** Shows the state of a version or plugin, with the version number if it isn't already next to it. */
export function VersionStatus({ word, version }: { word: VersionWord; version?: string | undefined }) {
  return <Status tone={toneOfVersion[word]}>{version === undefined ? word : `${word} ${version}`}</Status>;
}

const verdicts: Record<string, [Tone, string]> = {
  pass: ['good', 'Passed'],
  warn: ['warning', 'Warnings'],
  reject: ['bad', 'Rejected'],
};

/** Shows the scan verdict. */
export function Verdict({ verdict }: { verdict: string }) {
  const [tone, word] = verdicts[verdict] ?? ['quiet', verdict];
  return <Status tone={tone}>{word}</Status>;
}

const toneOfSeverity: Record<string, Tone> = { error: 'bad', warning: 'warning', note: 'quiet' };

export function Severity({ severity }: { severity: string }) {
  return <Status tone={toneOfSeverity[severity] ?? 'quiet'}>{severity}</Status>;
}

export function capitalized(word: string): string {
  return `${word.charAt(0).toUpperCase()}${word.slice(1)}`;
}
