/**
 * Matches source that tree-sitter can't read and that the scan therefore refuses: a format that starts like a walrus, and a star
 * outside brackets or in a subscript before an operator, a bracket or `await`.
 */
export const misread = /\{\s*\w+\s*:=|(?:^|[=:;,]|[\w)\]]\[|\b(?:return|yield|in))[^\S\n]*\*\s*(?:await\b|[-+~([{])/m;
