// A version's source, with scan findings below their lines. Everything is shown as text.
import { useSuspenseQuery } from '@tanstack/react-query';
import { Link, useParams, useSearch } from '@tanstack/react-router';
import { Fragment } from 'react';
import { formatPluginId } from '../../../core/plugin-id.ts';
import type { Schemas } from '../../data/api.ts';
import { counted } from '../../data/counted.ts';
import { scanQuery, sourceQuery } from '../../data/queries.ts';
import { AsCommand } from '../../parts/copyable.tsx';
import { useHashTarget } from '../../parts/frame/hash-target.ts';
import { sourceLanguage, useHighlighted } from '../../parts/highlighted.ts';
import type { Piece } from '../../parts/highlighter.ts';
import { PageHead } from '../../parts/page-head.tsx';
import { ByPlace } from '../../parts/plugins/by-place.tsx';
import { Verdict } from '../../parts/status.tsx';
import { visible } from '../../parts/visible-text.ts';
import { Findings } from './finding.tsx';

const route = '/signed-in/n/$namespace/plugins/$name/versions/$version/source';
/** Cuts longer files: neither people nor browsers can handle megabytes of lines. */
const linesMax = 5000;
const lineLengthMax = 2000;
const fileCharsMax = 200_000;

function languageOf(path: string, text: string): string | undefined {
  const isSmall = text.length <= fileCharsMax && text.split('\n').every((line) => line.length <= lineLengthMax);
  return isSmall ? sourceLanguage(path.split('.').at(-1) ?? '') : undefined;
}

type File = Schemas['PluginSource']['files'][number];

export function SourcePage() {
  const { namespace, name, version } = useParams({ from: route });
  const { file: chosen } = useSearch({ from: route });
  const id = formatPluginId(name, version);
  const { data: source } = useSuspenseQuery(sourceQuery(namespace, id));
  const { data: scan } = useSuspenseQuery(scanQuery(namespace, id));
  const worst = scan.findings[0]?.file;
  const named = chosen ?? worst;
  const found = source.files.find(({ path }) => path === named);
  const file = chosen === undefined ? (found ?? source.files[0]) : found;
  return (
    <>
      <PageHead title={`${name} ${version}: source`}>
        <Verdict verdict={scan.verdict} />
        <span className="quiet">
          policy {scan.policy_version}, level {scan.level}
        </span>
      </PageHead>
      <div className="source">
        <FileList files={source.files} findings={scan.findings} shown={file?.path} />
        {!file && chosen !== undefined && <NotAFile path={chosen} files={source.files} />}
        {file && (
          <FileView
            key={file.path}
            file={file}
            findings={scan.findings.filter((finding) => finding.file === file.path)}
            of={{ namespace, name, version }}
          />
        )}
      </div>
      <AsCommand cli={`slipway pull ${name}@${version}`} path={`/v1/namespaces/${namespace}/plugins/${id}/source`} />
      <AsCommand
        of="The findings as a command"
        cli={`slipway pull ${name}@${version} && slipway lint ${name}`}
        path={`/v1/namespaces/${namespace}/plugins/${id}/scan`}
      />
    </>
  );
}

interface FileListProps {
  files: File[];
  findings: Schemas['Finding'][];
  shown: string | undefined;
}

function FileList({ files, findings, shown }: FileListProps) {
  return (
    <nav aria-label="Files">
      <ul className="files">
        {files.map(({ path }) => {
          const count = findings.filter(({ file }) => file === path).length;
          return (
            <li key={path}>
              <Link to="." search={{ file: path }} aria-current={path === shown ? 'page' : undefined}>
                {visible(path)}
              </Link>
              {count > 0 && <span className="count"> {counted(count, 'finding')}</span>}
            </li>
          );
        })}
      </ul>
    </nav>
  );
}

/** A README may link to a folder, or to a file that was not packed. */
function NotAFile({ path, files }: { path: string; files: File[] }) {
  const inside = files.filter((file) => file.path.startsWith(`${path}/`));
  return (
    <section aria-label={path}>
      <h2>{visible(path)}</h2>
      {inside.length === 0 && <p className="problem">This version has no such file.</p>}
      <ul>
        {inside.map((file) => (
          <li key={file.path}>
            <Link to="." search={{ file: file.path }}>
              {visible(file.path)}
            </Link>
          </li>
        ))}
      </ul>
    </section>
  );
}

interface FileProps {
  file: File;
  findings: Schemas['Finding'][];
  /** The file's version. */
  of: { namespace: string; name: string; version: string };
}

function FileView({ file, findings, of }: FileProps) {
  if (file.content !== null && file.encoding === 'utf-8')
    return <TextView file={file} text={file.content} findings={findings} of={of} />;
  return (
    <section>
      <p>{visible(file.path)} is not text, or too large to show. Download the version to read it.</p>
      <LineFindings findings={findings} of={of} />
    </section>
  );
}

function TextView({ file, text, findings, of }: FileProps & { text: string }) {
  const pieces = useHighlighted(text, languageOf(file.path, text));
  useHashTarget();
  const lines = text.split('\n').map((line, index) => ({ line, number: index + 1 }));
  return (
    <section aria-label={file.path} className="file-view">
      <h2>{visible(file.path)}</h2>
      {lines.slice(0, linesMax).map(({ line, number }) => (
        <Fragment key={`${file.path}:${number}`}>
          <Line number={number} text={line} pieces={pieces?.[number - 1]} />
          <LineFindings findings={findings.filter((finding) => finding.line === number)} of={of} />
        </Fragment>
      ))}
      {lines.length > linesMax && (
        <p>The file has {lines.length - linesMax} more lines. Download the version to read them.</p>
      )}
    </section>
  );
}

interface LineProps {
  number: number;
  text: string;
  pieces: Piece[] | undefined;
}

function Line({ number, text, pieces }: LineProps) {
  const shown = text.length > lineLengthMax ? [{ text: `${text.slice(0, lineLengthMax)}…`, kind: undefined }] : pieces;
  return (
    <div className="line" id={`L${number}`}>
      <a href={`#L${number}`} aria-label={`Line ${number}`}>
        {number}
      </a>
      <code>
        <ByPlace items={shown ?? [{ text, kind: undefined }]}>
          {(piece) => <span className={piece.kind}>{visible(piece.text)}</span>}
        </ByPlace>
      </code>
    </div>
  );
}

function LineFindings({ findings, of }: Pick<FileProps, 'findings' | 'of'>) {
  if (findings.length === 0) return null;
  return <Findings findings={findings} plugin={of.name} of={of} />;
}
