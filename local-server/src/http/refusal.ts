// Every refusal over HTTP has the same three fields: a code for programs, a sentence for people,
// and what to do next.

export type Refusal = { code: string; message: string; fix: string };

/**
 * What a browser shows at the hub's own address: whoever typed it in wants to know whether that was
 * right. Says nothing that is not everybody's to know.
 */
export const greeting = `This is the hub of this shop's POS WiFi Sync Server, and it is running.

  /health        says whether all is well
  /network-info  says where devices can reach the hub

There are no screens here yet; they come later. Programs connect to /sync, as docs/protocol.md says.
`;

/** Never the error's own words for a fault of the hub: they could name an order or a path. */
export function refusalFor(statusCode: number, message: string): Refusal {
  if (statusCode < 500) {
    return {
      code: 'BAD_REQUEST',
      message: `The hub could not read this request: ${message}`,
      fix: 'Correct the request and send it again.',
    };
  }
  return {
    code: 'HUB_FAULT',
    message: 'The hub could not answer because of a fault of its own.',
    fix: 'Try again. If this comes back, look at the end of the hub’s log.',
  };
}

export function unknownRoute(method: string, path: string): Refusal {
  return {
    code: 'UNKNOWN_ROUTE',
    message: `The hub has nothing at ${method} ${path}.`,
    fix: 'Check the address. /health and /network-info are always there.',
  };
}
