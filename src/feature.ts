// Defines what a feature declares. The Worker collects its lists (routes, messages, the sweep, exports) from the declarations.
import type { OpenAPIHono } from '@hono/zod-openapi';
import type { AppEnv } from './api/context/context.ts';
import type { OwnFields } from './api/openapi/field-examples.ts';
import type { DocumentTag } from './api/openapi/openapi-document.ts';
import type { Surface } from './api/openapi/surface.ts';
import type { Builder } from './contract/builder/builder.ts';
import type { Messages } from './contract/messages.ts';
import type { Placement } from './contract/plugin/placement.ts';
import type { OrganizationRows } from './db/owned-table.ts';
import type { Deps } from './deps.ts';
import type { DueStep } from './due-step.ts';
import type { Points } from './points.ts';
import type { Folder } from './registry/storage/collector.ts';

export interface MessageHandler<Message> {
  handle(deps: Deps, message: Message): Promise<unknown>;
  /** Whether the handler marks the rows that it works on, which the message needn't name. Otherwise, the message is marked. */
  marksRows?: true;
  /** The table of the rows whose IDs are in the messages, for the log. Absent if they belong to no organization. */
  rows?: OrganizationRows;
}

/** Dependencies that an isolate's requests to a place share. They read the primary. */
export type PlaceDeps = Pick<
  Deps,
  | 'allowLoopback'
  | 'blobs'
  | 'clock'
  | 'dataKey'
  | 'db'
  | 'features'
  | 'fetch'
  | 'log'
  | 'ownPorts'
  | 'publicUrl'
  | 'storage'
>;

/** A place for instances other than the builders, decided by their placement. */
export interface InstancePlace {
  /** Returns a builder that starts, calls and stops the place's instances there, and passes any other on to the given one. */
  builder(builder: Builder, deps: PlaceDeps): Builder;
  /** Runs when a call's route has shown where a deployment runs, so that finding its place needs no query. */
  routed(id: string, placement: Placement): void;
}

export type MessageHandlers = { [Type in keyof Messages]?: MessageHandler<Messages[Type]> };

export interface Feature extends Points<Deps> {
  /** Name of its folders. */
  name: string;
  /** Routers by path. Below `/v1/`, requests have a key. */
  routes?: Record<string, () => OpenAPIHono<AppEnv>>;
  /** Paths below `/v1/` whose requests, and those below them, send a secret other than a key. */
  keyless?: readonly string[];
  /** Parts of the API whose errors have their own format. */
  surfaces?: readonly Surface[];
  /** Paths of its console pages outside of namespaces. */
  pages?: readonly string[];
  /** Groups of its operations in the API reference. */
  tags?: readonly DocumentTag[];
  /** Its own fields and parameters, for the API document's examples and descriptions. */
  fields?: OwnFields;
  messages?: MessageHandlers;
  /** Steps that the clock runs. */
  due?: readonly DueStep[];
  place?: InstancePlace;
  /** Folders of the store, with what keeps their objects. */
  folders?: readonly Folder[];
}

/** Checks a declaration. */
export function defineFeature(feature: Feature): Feature {
  return feature;
}
