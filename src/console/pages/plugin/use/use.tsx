// Tells callers what a plugin's live version does, what it takes and returns, and how to call it.
import { usePrefetchQuery, useSuspenseQuery } from '@tanstack/react-query';
import { useParams } from '@tanstack/react-router';
import { Suspense } from 'react';
import { formatPluginId } from '../../../../core/plugin-id.ts';
import { lazyPart } from '../../../connection/load-code.ts';
import type { Schemas } from '../../../data/api.ts';
import { useExamples } from '../../../data/calls/examples.ts';
import { sourceQuery, versionQuery, versionsQuery } from '../../../data/queries.ts';
import { AsCommand, Copyable } from '../../../parts/copyable.tsx';
import { useTitle } from '../../../parts/page-head.tsx';
import { Empty, Loading } from '../../../parts/page-states.tsx';
import { visible } from '../../../parts/visible-text.ts';
import { PluginTimeline } from '../plugin-timeline.tsx';
import { Calling, Examples } from './calling.tsx';
import './use.css';

const Limits = lazyPart(() => import('./limits.tsx'));
const SchemaTable = lazyPart(() => import('../../../parts/code/schema-table.tsx'));

export function UsePage() {
  const { namespace, name } = useParams({ from: '/signed-in/n/$namespace/plugins/$name/use' });
  const { data: plugin } = useSuspenseQuery(versionsQuery(namespace, name));
  const version = plugin.serving_version;
  useTitle(`${name}: use it`);
  if (version === null)
    return <Empty command={`slipway deploy ${name}`}>No version of {name} is live, so nobody can call it yet.</Empty>;
  return <LiveVersion namespace={namespace} plugin={plugin} version={version} />;
}

interface Props {
  namespace: string;
  plugin: Schemas['PluginVersions'];
  version: string;
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
      <About plugin={data.plugin} />
      {isPending ? (
        <Loading what="the examples" />
      ) : (
        <>
          <Calling
            callee={{ namespace, name }}
            pluginId={id}
            inputSchema={manifest?.input_schema}
            outputSchema={manifest?.output_schema}
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
      <Suspense>
        <Limits plugin={data.plugin} streams={streams} />
      </Suspense>
      <TypedClients name={name} />
      <section aria-labelledby="changes">
        <h2 id="changes">What changed</h2>
        <PluginTimeline namespace={namespace} plugin={plugin} shownMax={5} />
      </section>
      <AsCommand
        cli={`slipway show ${name} --openapi`}
        path={`/v1/namespaces/${namespace}/plugins/by-name/${name}/openapi.json`}
      />
    </>
  );
}

function About({ plugin }: { plugin: Schemas['PluginDocument'] }) {
  const { description, manifest, name, namespace_id, version } = plugin;
  const labels = new Set([manifest?.category ?? [], manifest?.tags ?? []].flat());
  return (
    <section aria-label={`What ${name} does`}>
      <p className="described">{visible(description ?? 'The author has not described it.')}</p>
      <p className="states">
        <span>
          Version <b>{version}</b> answers calls.
        </span>
        {[...labels].map((label) => (
          <span key={label} className="kind">
            {visible(label)}
          </span>
        ))}
      </p>
      <p className="links">
        <a className="button small" href={`/v1/namespaces/${namespace_id}/plugins/by-name/${name}/openapi.json`}>
          OpenAPI document
        </a>
      </p>
    </section>
  );
}

function TypedClients({ name }: { name: string }) {
  const file = `${name}.json`;
  return (
    <section aria-label="Typed clients">
      <h2>Typed clients</h2>
      <p className="quiet">
        Generators make a client with the types above from the OpenAPI document. The operation is{' '}
        <code>call_{name}</code>.
      </p>
      {[
        `slipway show ${name} --openapi > ${file}`,
        `npx openapi-typescript ${file} --default-non-nullable false --output ${name}.d.ts`,
        `pip install openapi-python-client && openapi-python-client generate --path ${file}`,
      ].map((command) => (
        <p key={command}>
          <Copyable text={command} />
        </p>
      ))}
    </section>
  );
}
