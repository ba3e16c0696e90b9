// Names the windows of the frame, for those that open them.
/** Names the window that lies over the page. */
export type Opened = 'search' | 'keys' | null;
