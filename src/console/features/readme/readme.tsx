// The README of a plugin's live version. Its text is the author's, so that nothing of it runs, loads from elsewhere, or hides.
import { useSuspenseQuery } from '@tanstack/react-query';
import { Link, useParams } from '@tanstack/react-router';
import { useMemo } from 'react';
import { formatPluginId } from '../../../core/plugin-id.ts';
import { formatBytes } from '../../../core/quantities.ts';
import type { Schemas } from '../../data/api.ts';
import { goPluginQuery, parseGoKind } from '../../data/other-kinds.ts';
import { versionsQuery } from '../../data/queries.ts';
import { slipway } from '../../data/shell.ts';
import { AsCommand } from '../../parts/copyable.tsx';
import { useHashTarget } from '../../parts/frame/hash-target.ts';
import { useTitle } from '../../parts/page-head.tsx';
import { Empty, Loading, Ready } from '../../parts/page-states.tsx';
import { visible } from '../../parts/visible-text.ts';
import { markdownQuery, readmeQuery } from './data/readme-queries.ts';
import { shownVersion } from './data/shown-version.ts';
import { Markdown } from './markdown.tsx';
import { ReadmeOf, type ReadmeVersion } from './readme-of.ts';
import './readme.css';

type Readme = Schemas['PluginReadme'];

/** The tab of an extractor. */
export function ReadmePage() {
  const { namespace, name } = useParams({ from: '/signed-in/n/$namespace/plugins/$name/readme' });
  return <ReadmeOfPlugin namespace={namespace} name={name} kind="extractor" />;
}

/** The tab of a Go plugin, whose versions are in a namespace of their organization. */
export function GoReadmePage() {
  const { name, ...params } = useParams({ from: '/signed-in/n/$namespace/go/$kind/$name/readme' });
  const kind = parseGoKind(params.kind);
  const { data: plugin } = useSuspenseQuery(goPluginQuery(kind, name));
  return <ReadmeOfPlugin namespace={plugin.namespace_id} name={name} kind={kind} />;
}

type PluginProps = Pick<ReadmeVersion, 'namespace' | 'name' | 'kind'>;

function ReadmeOfPlugin({ namespace, name, kind }: PluginProps) {
  const { data: plugin } = useSuspenseQuery(versionsQuery(namespace, name, kind));
  const shown = shownVersion(plugin);
  useTitle(`${name}: README`);
  if (shown === undefined) return <NoReadme name={name} />;
  // The list has the newest versions only.
  const listed = plugin.results.find(({ version }) => version === shown);
  const pluginId = listed?.plugin_id ?? formatPluginId(name, shown);
  return <ReadmeOfVersion of={{ namespace, name, kind, version: listed?.git_ref ?? shown, pluginId }} />;
}

function ReadmeOfVersion({ of }: { of: ReadmeVersion }) {
  const { kind, name, namespace, pluginId, version } = of;
  const { data: found } = useSuspenseQuery(readmeQuery(namespace, pluginId, kind));
  const ofKind = kind === 'extractor' ? {} : { kind };
  return (
    <>
      {found.file ? (
        <ReadmeFile of={of} readme={found.file} />
      ) : found.unreadable === undefined ? (
        <NoReadme name={name} version={version} />
      ) : (
        <p role="note">{visible(found.unreadable)}</p>
      )}
      <AsCommand
        cli={slipway(['show', `${name}@${version}`], { ...ofKind, readme: true })}
        path={`/v1/namespaces/${namespace}/plugins/${pluginId}/readme`}
        query={ofKind}
      />
    </>
  );
}

function NoReadme({ name, version }: { name: string; version?: string }) {
  return (
    <Empty command="slipway init my_plugin">
      {version === undefined ? `No version of ${name} is published.` : `${name} ${version} has no README.`} A README
      tells others what a plugin is for, what it takes and returns, and how to call it. <code>slipway init</code> writes
      one for a new plugin.
    </Empty>
  );
}

function ReadmeFile({ of, readme: { path, size_bytes, text, truncated } }: { of: ReadmeVersion; readme: Readme }) {
  const { kind, name, namespace, pluginId, version } = of;
  const context = useMemo(
    () => ({ namespace, name, kind, version, pluginId, path }),
    [namespace, name, kind, version, pluginId, path],
  );
  return (
    <section className="file-view readme" aria-label={`README of ${visible(version)}`}>
      <h2>
        {kind === 'extractor' ? (
          <Link
            to="/n/$namespace/plugins/$name/versions/$version/source"
            params={{ namespace, name, version }}
            search={{ file: path }}
          >
            {visible(path)}
          </Link>
        ) : (
          visible(path)
        )}{' '}
        of {visible(version)}
      </h2>
      <div className="readme-text">
        <ReadmeOf value={context}>
          <Ready fallback={<Loading what="the README" />}>
            {/\.(?:md|markdown)$/i.test(path) ? <Rendered text={text} /> : <AsText text={text} />}
          </Ready>
        </ReadmeOf>
        {truncated && (
          <p className="quiet" role="note">
            The file continues: it has {formatBytes(size_bytes)}. Download the version to read the rest.
          </p>
        )}
      </div>
    </section>
  );
}

const reasons = {
  long: 'This README is too long to lay out',
  parts: 'This README has too many parts to lay out',
  deep: 'This README is nested too deeply to lay out',
};

function Rendered({ text }: { text: string }) {
  const { data: read } = useSuspenseQuery(markdownQuery(text));
  useHashTarget();
  if ('nodes' in read) return <Markdown nodes={read.nodes} />;
  return (
    <>
      <p role="note">{reasons[read.tooMuch]}, so it is shown as it was written.</p>
      <AsText text={text} />
    </>
  );
}

/** Browsers need seconds to break longer texts into lines. */
const textCharsMax = 100_000;

function AsText({ text }: { text: string }) {
  return (
    <>
      <pre dir="auto" className="as-text">
        {visible(text.slice(0, textCharsMax))}
      </pre>
      {text.length > textCharsMax && <p role="note">The rest is in the file itself.</p>}
    </>
  );
}
