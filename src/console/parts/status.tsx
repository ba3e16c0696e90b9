// A status as an icon and a word: colour alone says nothing to those who cannot see it.

export type Tone = 'good' | 'bad' | 'warning' | 'busy' | 'quiet';

const icons: Record<Tone, string> = { good: '●', bad: '✗', warning: '!', busy: '◐', quiet: '○' };

export function Status({ tone, children }: { tone: Tone; children: string }) {
  return (
    <span className={`status ${tone}`}>
      <span aria-hidden="true">{icons[tone]}</span> {children}
    </span>
  );
}

const toneOfDeployment: Record<string, Tone> = {
  promoted: 'good',
  failed: 'bad',
  cancelled: 'quiet',
  superseded: 'quiet',
  stopped: 'quiet',
};

/** Of a deployment, by its state. */
export function DeploymentStatus({ state }: { state: string }) {
  return <Status tone={toneOfDeployment[state] ?? 'busy'}>{state}</Status>;
}

const toneOfVerdict: Record<string, Tone> = { pass: 'good', warn: 'warning', reject: 'bad' };

export function Verdict({ verdict }: { verdict: string }) {
  return <Status tone={toneOfVerdict[verdict] ?? 'quiet'}>{`scan: ${verdict}`}</Status>;
}

const toneOfSeverity: Record<string, Tone> = { error: 'bad', warning: 'warning', note: 'quiet' };

export function Severity({ severity }: { severity: string }) {
  return <Status tone={toneOfSeverity[severity] ?? 'quiet'}>{severity}</Status>;
}
