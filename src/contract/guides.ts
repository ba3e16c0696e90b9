// Defines the data of the guides' pages: their order, and what the search looks through.

export interface GuidePage {
  title: string;
  /** Its name in addresses, such as `contracts/plugin-format`; empty for the first page. */
  path: string;
  /** Path of its text, such as `contracts/plugin-format.md` or `decisions/index.md`. */
  file: string;
}

export type GuideContents = {
  title: string;
  /** True if the group is closed at first. */
  collapsed: boolean;
  pages: GuidePage[];
}[];

/** A part of a page under one heading. */
export interface GuideSection {
  page: string;
  heading: string;
  text: string;
}
