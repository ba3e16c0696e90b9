// The versions of a Go plugin: what each was built from, what changed since the one before, and a rollback to it.
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { Link, useRouteContext } from '@tanstack/react-router';
import { api, type Schemas } from '../../data/api.ts';
import { type GoKind, goVersionsQuery, surfaces } from '../../data/other-kinds.ts';
import { slipway } from '../../data/shell.ts';
import { Actor } from '../../parts/actor.tsx';
import { Copyable } from '../../parts/copyable.tsx';
import { DialogButton } from '../../parts/dialog.tsx';
import { ActionForm, Field, textOf } from '../../parts/form.tsx';
import { VersionStatus } from '../../parts/status.tsx';
import { Time } from '../../parts/time.tsx';
import { say } from '../../parts/toasts/toasts.tsx';
import { visible } from '../../parts/visible-text.ts';

type Version = Schemas['GoPluginVersions']['results'][number];

interface Props {
  namespace: string;
  kind: GoKind;
  name: string;
}

/** `word` is the state of the live version. */
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
              <span className="links">
                <Compare {...{ namespace, kind, name }} from={data.results[index + 1]} to={version} />
                {mayRollBack && targets.has(version.git_commit_hash) && (
                  <RollBack kind={kind} name={name} version={version} />
                )}
              </span>
            </div>
            <p>
              <Actor actor={version.installed_by} /> · <Time at={version.installed_at} /> · commit{' '}
              <Copyable text={version.git_commit_hash} isShort />
            </p>
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
  return (
    <DialogButton
      label="Roll back to this"
      title={`${name}: roll back to ${visible(version.git_ref)}`}
      className="small"
    >
      {(close) => <RollBackForm kind={kind} name={name} version={version} close={close} />}
    </DialogButton>
  );
}

interface RollBackProps extends Omit<Props, 'namespace'> {
  version: Version;
  close: () => void;
}

function RollBackForm({ kind, name, version: { git_commit_hash: commit, git_ref }, close }: RollBackProps) {
  const queries = useQueryClient();
  const bodyOf = (form: FormData) => {
    const message = textOf(form, 'reason');
    return { commit, ...(message !== '' && { message }) };
  };
  const done = async () => {
    await queries.invalidateQueries({ queryKey: ['go', kind] });
    close();
    say(`Calls to ${name} go to ${visible(git_ref)}.`);
  };
  return (
    <ActionForm
      submit="Roll back"
      busy="Starting it…"
      act={(form) => api.post(`${surfaces[kind]}/{name}/rollback`, { path: { name }, body: bodyOf(form) })}
      done={done}
      cancel={close}
      command={(form) => ({
        cli: slipway(['rollback', name], {
          to: commit,
          kind,
          message: bodyOf(form).message,
          yes: true,
        }),
        path: `${surfaces[kind]}/${name}/rollback`,
        method: 'POST',
        body: bodyOf(form),
      })}
    >
      <p>
        The stored executable of <code>{commit.slice(0, 12)}</code> is started. Calls stay where they are until it is
        ready, and if it cannot be started.
      </p>
      <Field label="Reason (optional)" hint="It is shown in the history.">
        {(ids) => <input name="reason" maxLength={500} autoComplete="off" {...ids} />}
      </Field>
    </ActionForm>
  );
}
