// A Go plugin's versions: each one's source, its changes since the previous one, and a rollback to it.

import { useQuery } from '@tanstack/react-query';
import { Link, useRouteContext } from '@tanstack/react-router';
import { type GoKind, goSurfaces } from '../../../contract/plugin/go-kinds.ts';
import { apiRequest, type Schemas } from '../../data/api.ts';
import { goVersionsQuery } from '../../data/other-kinds.ts';
import { slipway } from '../../data/shell.ts';
import { ActionDialog } from '../../parts/actions/action.tsx';
import { Actor } from '../../parts/actor.tsx';
import { Copyable } from '../../parts/copyable.tsx';
import { TextField } from '../../parts/fields.tsx';
import { readText } from '../../parts/form.tsx';
import { VersionStatus } from '../../parts/status.tsx';
import { Time } from '../../parts/time.tsx';
import { ApprovalLink } from '../../parts/version-stage.tsx';
import { visible } from '../../parts/visible-text.ts';
import { WithdrawalReasons, WithdrawalStatus } from '../../parts/withdrawals.tsx';

type Version = Schemas['GoPluginVersions']['results'][number];

interface Props {
  namespace: string;
  kind: GoKind;
  name: string;
}

/** `word` is the live version's state. */
export function GoVersions({ namespace, kind, name, word }: Props & { word: 'live' | 'failing' }) {
  const { data } = useQuery(goVersionsQuery(kind, name));
  const { key } = useRouteContext({ from: '/signed-in' });
  const targets = new Set(data?.rollback_targets.map(({ git_commit_hash }) => git_commit_hash));
  const mayRollBack = key.scopes.includes('plugins:deploy');
  return (
    <section aria-labelledby="versions">
      <h2 id="versions">Versions</h2>
      <ol className="timeline">
        {data?.results.map((version, index) => (
          <li key={version.git_commit_hash + version.installed_at} className={version.serves_name ? word : undefined}>
            <div className="timeline-line">
              <h3 className="mono">{visible(version.git_ref)}</h3>
              {version.serves_name && <VersionStatus word={word} />}
              {(version.stage === 'staged' || version.stage === 'rejected') && <VersionStatus word={version.stage} />}
              <WithdrawalStatus {...version} />
              <span className="links">
                {version.stage === 'staged' && <ApprovalLink className="button small" />}
                <Compare namespace={namespace} kind={kind} name={name} from={data.results[index + 1]} to={version} />
                {mayRollBack && targets.has(version.git_commit_hash) && (
                  <RollBack kind={kind} name={name} version={version} />
                )}
              </span>
            </div>
            <p>
              <Actor actor={version.installed_by} /> · <Time at={version.installed_at} /> · commit{' '}
              <Copyable text={version.git_commit_hash} isShort />
            </p>
            <WithdrawalReasons {...version} />
          </li>
        ))}
      </ol>
    </section>
  );
}

function Compare({ namespace, kind, name, from, to }: Props & { from: Version | undefined; to: Version }) {
  if (from === undefined || from.git_commit_hash === to.git_commit_hash) return null;
  return (
    <Link
      to="/n/$namespace/go/$kind/$name/diff"
      className="button small"
      params={{ namespace, kind, name }}
      search={{ from: from.git_commit_hash, to: to.git_commit_hash }}
    >
      Compare {visible(from.git_ref)}
    </Link>
  );
}

function RollBack({ kind, name, version }: Omit<Props, 'namespace'> & { version: Version }) {
  const { git_commit_hash: commit, git_ref } = version;
  const path = { name };
  const bodyIn = (form: FormData) => {
    const message = readText(form, 'reason');
    return { commit, ...(message !== '' && { message }) };
  };
  return (
    <ActionDialog
      label="Roll back to this"
      title={`${name}: roll back to ${visible(git_ref)}`}
      className="small"
      submit="Roll back"
      busy="Starting it…"
      request={(form) => apiRequest('post', `${goSurfaces[kind]}/{name}/rollback`, { path, body: bodyIn(form) })}
      cli={(form) => slipway(['rollback', name], { to: commit, kind, message: bodyIn(form).message, yes: true })}
      changes={[['go', kind]]}
      said={() => `Calls to ${name} now go to ${visible(git_ref)}.`}
    >
      <p>
        The stored executable of <code>{commit.slice(0, 12)}</code> is started. Calls switch only once it is ready; if
        it can't start, nothing changes.
      </p>
      <TextField name="reason" label="Reason (optional)" hint="Shown in the history." maxLength={500} />
    </ActionDialog>
  );
}
