// Tells callers what a plugin's live version does, what it takes and returns, and how to call it.
import { usePrefetchQuery, useSuspenseQuery } from '@tanstack/react-query';
import { Link, useParams, useRouter } from '@tanstack/react-router';
import { Suspense } from 'react';
import { formatPluginId } from '../../../../core/plugin-id.ts';
import type { Schemas } from '../../../data/api.ts';
import { useExamples } from '../../../data/calls/examples.ts';
import { sourceQuery, versionQuery, versionsQuery } from '../../../data/queries.ts';
import { lazyPart } from '../../../parts/connection/load-code.ts';
import { AsCommand } from '../../../parts/copyable.tsx';
import { useTitle } from '../../../parts/page-head.tsx';
import { Empty, Loading } from '../../../parts/page-states.tsx';
import { Time } from '../../../parts/time.tsx';
import { visible } from '../../../parts/visible-text.ts';
import { Calling, Examples } from './calling.tsx';
import { Limits } from './limits.tsx';
import './use.css';

const SchemaTable = lazyPart(() => import('../../../parts/code/schema-table.tsx'));

interface Props {
  namespace: string;
  plugin: Schemas['PluginVersions'];
  version: string;
}

export function UsePage() {
  const { namespace, name } = useParams({ from: '/signed-in/n/$namespace/plugins/$name/use' });
  const { data: plugin } = useSuspenseQuery(versionsQuery(namespace, name));
  const version = plugin.serving_version;
  useTitle(`${name}: use it`);
  if (version === null)
    return (
      <Empty command={`slipway deploy ${name}`}>No version of {name} is live, so that nobody can call it yet.</Empty>
    );
  return <LiveVersion namespace={namespace} plugin={plugin} version={version} />;
}

function LiveVersion({ namespace, plugin, version }: Props) {
  const { name } = plugin;
  const id = formatPluginId(name, version);
  usePrefetchQuery(sourceQuery(namespace, id));
  const { data } = useSuspenseQuery(versionQuery(namespace, id));
  const { examples, isPending, streams } = useExamples(namespace, id);
  const { manifest } = data.plugin;
  return (
    <>
      <About namespace={namespace} plugin={data.plugin} />
      {isPending ? (
        <Loading what="the examples" />
      ) : (
        <>
          <Calling
            callee={{ namespace, name }}
            inputSchema={manifest?.input_schema}
            example={examples[0]}
            streams={streams}
          />
          <Suspense>
            <SchemaTable name="Inputs" schema={manifest?.input_schema} declaredAs="input_schema" />
            <SchemaTable name="Parameters" schema={manifest?.parameter_schema} />
            <SchemaTable name="Output" schema={manifest?.output_schema} declaredAs="output_schema" />
          </Suspense>
          <Examples examples={examples} />
        </>
      )}
      <Limits plugin={data.plugin} streams={streams} />
      <Changes namespace={namespace} plugin={plugin} version={version} />
      <AsCommand
        cli={`slipway show ${name} --openapi`}
        path={`/v1/namespaces/${namespace}/plugins/by-name/${name}/openapi.json`}
      />
    </>
  );
}

function About({ namespace, plugin }: { namespace: string; plugin: Schemas['PluginDocument'] }) {
  const { manifest, name, version } = plugin;
  const { routesByPath } = useRouter();
  // The README is a feature, which may be left out.
  const readme: string = '/n/$namespace/plugins/$name/readme';
  return (
    <section aria-label={`What ${name} does`}>
      <p className="described">{visible(plugin.description ?? 'Its author has not described it.')}</p>
      <p className="states">
        <span>
          Version <b>{version}</b> answers calls.
        </span>
        {[...new Set([manifest?.category ?? [], manifest?.tags ?? []].flat())].map((tag) => (
          <span key={tag} className="kind">
            {visible(tag)}
          </span>
        ))}
      </p>
      <p className="links">
        {Object.hasOwn(routesByPath, readme) && (
          <Link to={readme} className="button small" params={{ namespace, name }}>
            README
          </Link>
        )}
        <Link to="/n/$namespace/plugins/$name/playground" className="button small" params={{ namespace, name }}>
          Try it
        </Link>
        <a className="button small" href={`/v1/namespaces/${namespace}/plugins/by-name/${name}/openapi.json`}>
          OpenAPI document
        </a>
        <a className="button small" href="/docs/operations/getPluginOpenApi">
          Typed clients
        </a>
      </p>
    </section>
  );
}

const versionsShown = 5;

function Changes({ namespace, plugin, version: live }: Props) {
  const { name, results } = plugin;
  return (
    <section aria-labelledby="changes">
      <h2 id="changes">What changed</h2>
      <ol className="timeline">
        {results.slice(0, versionsShown).map(({ created_at, message, plugin_id, version }, at) => {
          const before = results[at + 1]?.version;
          return (
            <li key={plugin_id} className={version === live ? 'live' : undefined}>
              <div className="timeline-line">
                <h3 className="mono">{version}</h3>
                {version === live && 'live'} <Time at={created_at} />
                {message !== null && <span className="quiet">{visible(message)}</span>}
                {before !== undefined && (
                  <span className="links">
                    <Link
                      to="/n/$namespace/plugins/$name/diff"
                      className="button small"
                      params={{ namespace, name }}
                      search={{ from: before, to: version }}
                    >
                      Changes since {before}
                    </Link>
                  </span>
                )}
              </div>
            </li>
          );
        })}
      </ol>
    </section>
  );
}
