// Searches the guides by words. A section is found if it has all of them, in its heading, its page's title or its text.

import { headingId } from '../../console/parts/markdown/heading-ids.ts';
import type { GuideContents, GuideSection } from '../../contract/guides.ts';
import { guideLink } from './addresses.ts';

export interface FoundSection {
  href: string;
  heading: string;
  /** Title of its page. */
  page: string;
}

/** Returns a function that finds sections. Those with the words in their headings come first. */
export function createGuideSearch(contents: GuideContents, sections: readonly GuideSection[]) {
  const titles = new Map(contents.flatMap(({ pages }) => pages.map(({ path, title }) => [path, title])));
  const searched = sections.map(({ heading, page, text }) => {
    const title = titles.get(page) ?? page;
    const names = `${heading} ${title}`.toLowerCase();
    const isFirst = heading === title;
    const href = isFirst ? guideLink(page) : `${guideLink(page)}#${headingId(heading).replace(/^readme-/, '')}`;
    return { found: { href, heading, page: title }, names, text: `${names} ${text.toLowerCase()}` };
  });
  return (words: string): FoundSection[] => {
    const terms = words.toLowerCase().split(/\s+/).filter(Boolean);
    if (terms.length === 0) return [];
    const rank = ({ names }: (typeof searched)[number]) => terms.filter((term) => !names.includes(term)).length;
    const found = searched.filter(({ text }) => terms.every((term) => text.includes(term)));
    return found.sort((one, other) => rank(one) - rank(other)).map((one) => one.found);
  };
}
