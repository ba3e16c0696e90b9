// The protocol's library for `slipway mcp`, as a file of its own, so that other commands don't load it.
export { McpServer } from '@modelcontextprotocol/server';
export { StdioServerTransport, serveStdio } from '@modelcontextprotocol/server/stdio';
