// Every refusal over HTTP has the same three fields: a code for programs, a sentence for people,
// and what to do next.

export type Refusal = { code: string; message: string; fix: string };

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
