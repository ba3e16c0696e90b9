// Defines what features add to the console's pages, and holds what they have added. `main.tsx` adds all before anything is shown, so that
// pages and their parts needn't import the features.
import type { QueryClient, UseQueryOptions } from '@tanstack/react-query';
import type { ComponentType } from 'react';
import type { Scope } from '../contract/scopes.ts';
import type { Placed } from '../core/placed.ts';
import type { Schemas } from './data/api.ts';
import type { EventFilter } from './data/events/event-filter.ts';
import type { ListedPlugin, PluginKind } from './data/listed-plugins.ts';
import type { Choice } from './data/palette-choices.ts';

/** A group of events in the filters of events, such as `run.`. */
export interface EventGroup extends Placed {
  group: EventFilter;
}

export interface EventSubject {
  /** Start of the subjects' IDs. */
  prefix: string;
  Link: ComponentType<{ id: string }>;
}

export interface FindingPartProps {
  finding: Schemas['Finding'];
  /** The plugin that the finding is in, if it may be changed for it. */
  plugin: string | undefined;
}

export interface FindingPart {
  name: string;
  /** Loads its code before it is shown. */
  load(): void;
  Part: ComponentType<FindingPartProps>;
}

export interface ListedKind {
  kind: PluginKind;
  /** Loads its rows before they are shown. */
  load(queries: QueryClient): void;
  /** Reads its rows. */
  query: UseQueryOptions<ListedPlugin[]>;
  /** Links to a plugin's page. */
  Link: ComponentType<{ namespace: string; name: string }>;
  /** Adds a plugin. Shown to keys that may publish, while the list has only this kind. */
  Add: ComponentType<{ namespace: string }>;
  /** The command that adds the first plugin. */
  command: string;
}

export interface MenuPart {
  name: string;
  /** Loads its code before a menu is opened. */
  load(): void;
  /** Its part of the user's menu. */
  User: ComponentType;
  /** Its part of the menu that switches namespaces. */
  Switcher: ComponentType;
}

export interface NamespaceAction {
  name: string;
  /** Loads its code before it is shown. */
  load(): void;
  Action: ComponentType<{ namespace: Schemas['Namespace'] }>;
}

export interface NeededPart extends Placed {
  name: string;
  /** Loads its code and its data. */
  load(queries: QueryClient, namespace: string): void;
  Part: ComponentType<{ namespace: string; manifest: Schemas['PluginDocument']['manifest'] }>;
}

export interface PermissionAction {
  name: string;
  /** Keys without it don't see the action. */
  scope: Scope;
  Action: ComponentType<{ plugin: string; className: string }>;
}

export interface Asked {
  typed: string;
  /** The page's namespace. */
  namespace: string | undefined;
  signal: AbortSignal;
}

export interface PluginFinder {
  name: string;
  /** Returns what the palette shows below its own matches. Aborted when the user types on. */
  find(asked: Asked): Promise<Choice[]>;
  /** Shows results for the text of the plugins page, below its table. */
  Results: ComponentType<{ namespace: string; typed: string }>;
}

export interface SettingsPanel extends Placed {
  name: string;
  /** Keys without it don't see the panel. */
  scope: Scope;
  /** Loads its code and its data. */
  load(queries: QueryClient, plugin: string): void;
  Panel: ComponentType<{ namespace: string; plugin: string }>;
}

export interface SignInWay {
  name: string;
  /** Its part of the sign-in page. `page` is shown after signing in. */
  Way: ComponentType<{ page: string }>;
  /** Takes the secret of a link from the address bar, which doesn't keep it. */
  takeLinkFromAddress(): void;
}

export interface StagedLinkProps {
  /** Undefined for the list of all. */
  id?: string;
  /** Undefined for a version of the organization. */
  namespace?: string | undefined;
  className: string;
}

export interface StagedLink {
  name: string;
  Link: ComponentType<StagedLinkProps>;
}

export interface VersionFact {
  name: string;
  Facts: ComponentType<{ namespace: string; plugin: Schemas['PluginDocument'] }>;
}

/** The points of the console's pages at which features add something. */
interface Points {
  eventFilters: EventGroup;
  subjects: EventSubject;
  findingParts: FindingPart;
  finders: PluginFinder;
  kinds: ListedKind;
  menuParts: MenuPart;
  namespaceActions: NamespaceAction;
  needs: NeededPart;
  panels: SettingsPanel;
  permissionActions: PermissionAction;
  signIns: SignInWay;
  stagedLinks: StagedLink;
  versionFacts: VersionFact;
}

/** A feature's additions to the console, apart from its pages. */
export type ConsoleFeature = { [Point in keyof Points]?: readonly Points[Point][] };

let features: readonly ConsoleFeature[] = [];

export function addFeatures(all: readonly ConsoleFeature[]): void {
  features = all;
}

/** Returns what all features have added at a point. */
export function added<Point extends keyof Points>(point: Point): Points[Point][] {
  return features.flatMap((feature) => feature[point] ?? []);
}
