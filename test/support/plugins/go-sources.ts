// Creates sources of Go plugins in real Git repositories, for tests that install them as a client does.
import { env } from 'cloudflare:workers';
import { z } from 'zod';
import type { RequestedPlacement } from '../../../src/contract/plugin/version-placement.ts';

export interface Commit {
  repository: string;
  commit: string;
}

const models = 'github.com/mimir-aip/mimir-aip-go/pkg/models';

export interface GoSource {
  /** Statements in Execute. The last one returns a result and an error. */
  body?: string;
  imports?: string[];
  /** Additional package declarations. */
  more?: string;
  /** Where to run the plugin. The default is a container, which builds faster. */
  placement?: RequestedPlacement;
}

/** Returns the statement with which Execute returns this text. */
export function returning(text: string): string {
  return `return map[string]interface{}{"text": ${JSON.stringify(text)}}, nil`;
}

/** Returns the source of a pipeline plugin with this Execute body. */
export function pipelineSource({
  body = returning('hello'),
  imports = [],
  more = '',
  placement = 'container',
}: GoSource = {}) {
  return {
    'go.mod': 'module example.com/plugin\n\ngo 1.24\n\nrequire github.com/mimir-aip/mimir-aip-go v0.0.0\n',
    'plugin.go': `package main

import (
${[models, ...imports].map((path) => `\t"${path}"\n`).join('')})

type plugin struct{}

var Plugin plugin

func (plugin) Execute(action string, params map[string]interface{}, ctx *models.PipelineContext) (map[string]interface{}, error) {
	${body}
}
${more}`,
    'plugin.yaml': `name: plugin\nversion: "1.0.0"\nactions:\n  - name: report\nplacement: ${placement}\n`,
  };
}

/** Returns the source of a storage plugin whose GetMetadata result contains the text. */
export function storageSource(text: string) {
  return {
    ...pipelineSource(),
    'plugin.go': `package main

import "${models}"

type store struct{}

var Plugin = &store{}

func (*store) Initialize(*models.PluginConfig) error                                      { return nil }
func (*store) CreateSchema(*models.OntologyDefinition) error                              { return nil }
func (*store) Store(*models.CIR) (*models.StorageResult, error)                           { return nil, nil }
func (*store) Retrieve(*models.CIRQuery) ([]*models.CIR, error)                           { return nil, nil }
func (*store) Update(*models.CIRQuery, *models.CIRUpdate) (*models.StorageResult, error) { return nil, nil }
func (*store) Delete(*models.CIRQuery) (*models.StorageResult, error)                     { return nil, nil }
func (*store) GetMetadata() (*models.StorageMetadata, error) {
	return &models.StorageMetadata{StorageType: "${text}"}, nil
}
func (*store) HealthCheck() (bool, error) { return true, nil }
`,
  };
}

const commitModel = z.object({ repository: z.string(), commit: z.string() });

/** Adds a commit with exactly these files to the repository, and tags it. */
export async function committed(name: string, tag: string, files: Record<string, string>): Promise<Commit> {
  const response = await fetch(`${env.REPOSITORIES_URL}/commits/${name}`, {
    method: 'POST',
    body: JSON.stringify({ files, tag }),
  });
  const text = await response.text();
  if (!response.ok) throw new Error(`no commit was made: ${text}`);
  return commitModel.parse(JSON.parse(text));
}

/** Makes the repository private, so that only requests with one of these tokens can read it. Without tokens, nobody can. */
export async function protect(name: string, tokens: string[]): Promise<void> {
  const response = await fetch(`${env.REPOSITORIES_URL}/tokens/${name}`, {
    method: 'POST',
    body: JSON.stringify(tokens),
  });
  if (!response.ok) throw new Error(`the repository is not private: ${await response.text()}`);
}

/** Returns an unused name for a repository and a plugin. */
export function freshGoName(): string {
  return `tool-${crypto.randomUUID().slice(0, 8)}`;
}
