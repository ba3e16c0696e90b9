// A Go plugin's source, its program's digests, and the uninstall action.
import { useSuspenseQuery } from '@tanstack/react-query';
import { useParams, useRouteContext } from '@tanstack/react-router';
import { describePlacement, goPluginQuery, parseGoKind } from '../../data/other-kinds.ts';
import { End, Ends } from '../../parts/actions/action.tsx';
import { Copyable } from '../../parts/copyable.tsx';
import { Fact, useTitle } from '../../parts/page-head.tsx';
import { Time } from '../../parts/time.tsx';
import { visible } from '../../parts/visible-text.ts';
import { Uninstall } from './go-actions.tsx';

export function GoSettingsPage() {
  const { namespace, name, ...params } = useParams({ from: '/signed-in/n/$namespace/go/$kind/$name/settings' });
  const kind = parseGoKind(params.kind);
  const { data: plugin } = useSuspenseQuery(goPluginQuery(kind, name));
  const { key } = useRouteContext({ from: '/signed-in' });
  useTitle(`${name}: settings`);
  return (
    <>
      <section aria-labelledby="origin">
        <h2 id="origin">Origin</h2>
        <dl className="panel facts">
          <Fact name="Repository">{visible(plugin.repository)}</Fact>
          <Fact name="Ref">{visible(plugin.git_ref)}</Fact>
          <Fact name="Runs in">{visible(describePlacement(plugin))}</Fact>
          <Fact name="Installed">
            <Time at={plugin.installed_at} />
          </Fact>
          <Fact name="Commit">
            {plugin.git_commit_hash === '' ? 'not resolved yet' : <Copyable text={plugin.git_commit_hash} />}
          </Fact>
          <Fact name="SHA-256 of the executable">
            {plugin.sha256 === null ? 'not built yet' : <Copyable text={plugin.sha256} />}
          </Fact>
        </dl>
      </section>
      {key.scopes.includes('plugins:write') && (
        <Ends>
          <End effect="Uninstalling removes the plugin with all its versions; calls to it fail.">
            <Uninstall namespace={namespace} kind={kind} name={name} />
          </End>
        </Ends>
      )}
    </>
  );
}
