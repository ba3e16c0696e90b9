// A Go plugin's versions: each one's source, its changes since the previous one, and a rollback to it.
import { useQuery } from '@tanstack/react-query';
import { Link, useRouteContext } from '@tanstack/react-router';
import type { GoKind } from '../../../contract/plugin/go-kinds.ts';
import { skippedText } from '../../../contract/skipped-versions.ts';
import { apiRequest, type Schemas } from '../../data/api.ts';
import { isEarlier } from '../../data/plugin-history.ts';
import { versionsQuery } from '../../data/queries.ts';
import { slipway } from '../../data/shell.ts';
import { ActionDialog } from '../../parts/actions/action.tsx';
import { Actor } from '../../parts/actor.tsx';
import { Copyable } from '../../parts/copyable.tsx';
import { TextField } from '../../parts/fields.tsx';
import { readText } from '../../parts/form.tsx';
import { WithdrawalReasons, WithdrawalStatus } from '../../parts/plugins/withdrawals.tsx';
import { VersionStatus } from '../../parts/status.tsx';
import { Time } from '../../parts/time.tsx';
import { StagedLinks } from '../../parts/version/staged-links.tsx';
import { visible } from '../../parts/visible-text.ts';

type Version = Schemas['PluginVersion'];

interface Props {
  namespace: string;
  kind: GoKind;
  plugin: Pick<Schemas['GoPlugin'], 'name' | 'namespace_id'>;
}

/** `word` is the live version's state. */
export function GoVersions({ namespace, kind, plugin, word }: Props & { word: 'live' | 'failing' }) {
  const { data } = useQuery(versionsQuery(plugin.namespace_id, plugin.name, kind));
  const { key } = useRouteContext({ from: '/signed-in' });
  const mayRollBack = key.scopes.includes('plugins:deploy');
  return (
    <section aria-labelledby="versions">
      <h2 id="versions">Versions</h2>
      {data && mayRollBack && <RollbackChoice versions={data} />}
      <ol className="timeline">
        {data?.results.map((version, index) => (
          <li key={version.plugin_id} className={version.serves_name ? word : undefined}>
            <div className="timeline-line">
              <h3 className="mono">{refOf(version)}</h3>
              {version.serves_name && <VersionStatus word={word} />}
              {(version.stage === 'staged' || version.stage === 'rejected') && <VersionStatus word={version.stage} />}
              <WithdrawalStatus {...version} />
              <span className="links">
                {version.stage === 'staged' && <StagedLinks className="button small" />}
                <Compare
                  namespace={namespace}
                  kind={kind}
                  plugin={plugin}
                  from={data.results[index + 1]}
                  to={version}
                />
                {mayRollBack && isEarlier(version.version, data) && (
                  <RollBack kind={kind} plugin={plugin} version={version} />
                )}
              </span>
            </div>
            <p>
              <Actor actor={version.created_by} /> · <Time at={version.created_at} /> · commit{' '}
              <Copyable text={version.version} isShort />
            </p>
            <WithdrawalReasons {...version} />
          </li>
        ))}
      </ol>
    </section>
  );
}

/** Says where a rollback goes that names no version, as the command does. */
function RollbackChoice({ versions }: { versions: Schemas['PluginVersions'] }) {
  const { results, rollback_skipped, rollback_targets } = versions;
  const nameOf = (exact: string) => {
    const version = results.find((one) => one.version === exact);
    return version ? `${refOf(version)} (${exact.slice(0, 12)})` : exact;
  };
  const [target] = rollback_targets;
  if (rollback_skipped.length === 0) return null;
  return (
    <p className="quiet">
      {target === undefined ? 'No earlier version served well' : `A rollback goes to ${nameOf(target)}`}. Skipped:{' '}
      {skippedText(rollback_skipped, nameOf)}.
    </p>
  );
}

function refOf({ git_ref, version }: Version): string {
  return visible(git_ref ?? version);
}

function Compare({ namespace, kind, plugin, from, to }: Props & { from: Version | undefined; to: Version }) {
  if (from === undefined || from.version === to.version) return null;
  return (
    <Link
      to="/n/$namespace/go/$kind/$name/diff"
      className="button small"
      params={{ namespace, kind, name: plugin.name }}
      search={{ from: from.version, to: to.version }}
    >
      Compare {refOf(from)}
    </Link>
  );
}

function RollBack({ kind, plugin, version }: Omit<Props, 'namespace'> & { version: Version }) {
  const { name, namespace_id } = plugin;
  const { version: commit } = version;
  const path = { namespace_id, slug: name };
  const bodyIn = (form: FormData) => {
    const message = readText(form, 'reason');
    return { kind, version: commit, ...(message !== '' && { message }) };
  };
  return (
    <ActionDialog
      label="Roll back to this"
      title={`${name}: roll back to ${refOf(version)}`}
      className="small"
      submit="Roll back"
      busy="Starting it…"
      request={(form) =>
        apiRequest('post', '/v1/namespaces/{namespace_id}/plugins/by-name/{slug}/rollback', {
          path,
          body: bodyIn(form),
        })
      }
      cli={(form) => slipway(['rollback', name], { to: commit, kind, message: bodyIn(form).message, yes: true })}
      changes={[
        ['go', kind],
        ['namespace', namespace_id],
      ]}
      said={({ traffic }) =>
        traffic === 'deploying'
          ? `Calls to ${name} go to ${refOf(version)} once it is ready.`
          : `Calls to ${name} now go to ${refOf(version)}.`
      }
    >
      <p>
        The stored executable of <code>{commit.slice(0, 12)}</code> is started. Calls switch only once it is ready; if
        it can't start, nothing changes.
      </p>
      <TextField name="reason" label="Reason (optional)" hint="Shown in the history." maxLength={500} />
    </ActionDialog>
  );
}
