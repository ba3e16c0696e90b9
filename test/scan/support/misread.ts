/**
 * Source that tree-sitter cannot read, which is refused: a format that begins like a walrus, which it reads as one, and a star
 * outside of brackets or in a subscript before an operator, a bracket or `await`.
 */
export const misread = /\{\s*\w+\s*:=|(?:^|[=:;,]|[\w)\]]\[|\b(?:return|yield|in))[^\S\n]*\*\s*(?:await\b|[-+~([{])/m;
