// The description of the interface as a page that any browser shows: words and tables, without a
// script, a style or anything from elsewhere.

import type { DescribedRoute } from './description.ts';

/** Where the page was asked for. */
interface Asked {
  readonly host: string;
  readonly port: number;
}

export function pageOf(routes: readonly DescribedRoute[], asked: Asked): string {
  const list = routes.map(
    ({ method, url, about }) =>
      `<li><a href="#${anchorOf(method, url)}"><code>${asText(`${method} ${url}`)}</code></a> ${asText(about.summary)}</li>`,
  );
  return [
    '<!doctype html>',
    '<html lang="en"><head><meta charset="utf-8">',
    '<meta name="viewport" content="width=device-width">',
    '<title>POS WiFi Sync Server: what the hub can be asked</title></head><body>',
    '<h1>What the hub can be asked</h1>',
    '<p>Bodies are JSON where nothing else is said. Every refusal is <code>{"code", "message", "fix"}</code>: for programs, for people, and what to do.</p>',
    '<p><b>box</b>: a program on this machine, with the content of <code>admin.key</code> in the data folder as a bearer; ',
    '<code>DATA</code> in the examples stands for that folder. Other callers are roles of devices, which sign what they ask ',
    'with their key. A <b>program</b> may send its own token as a bearer, on this machine only.</p>',
    '<p>The same for programs: <a href="/docs/openapi.json">/docs/openapi.json</a> (OpenAPI 3.1). ',
    'Devices connect to <code>/sync</code>, as docs/protocol.md says; docs/door.md says how they sign.</p>',
    `<ul>${list.join('\n')}</ul>`,
    ...routes.map((route) => sectionOf(route, asked)),
    '</body></html>',
    '',
  ].join('\n');
}

function sectionOf(route: DescribedRoute, asked: Asked): string {
  const { method, url, about, callers, refused } = route;
  const { schema, bodies, response, media, statuses } = about;
  const taken = Object.keys(bodies);
  const refusals = [...refused].map(([status, codes]) => `${status}: ${codes.join(', ')}`);
  return [
    `<h2 id="${anchorOf(method, url)}"><code>${asText(`${method} ${url}`)}</code></h2>`,
    `<p>${asText(about.summary)} For: <b>${asText(callers.join(', '))}</b>.</p>`,
    tableOf('In the path', fieldsOf(schema.params)),
    tableOf('In the query', fieldsOf(schema.querystring)),
    taken.length > 1 ? `<p>Takes <code>${asText(taken.join(' or '))}</code>.</p>` : '',
    tableOf('In the body', fieldsOf(bodies['application/json'])),
    `<p>Answers ${statuses.join(' or ')}, <code>${asText(media.join(' or '))}</code>.</p>`,
    tableOf('In the answer', fieldsOf(response)),
    `<p>Refuses ${asText(refusals.join('; '))}.</p>`,
    `<pre>${asText(exampleOf(route, asked))}</pre>`,
  ].join('\n');
}

interface Field {
  readonly name: string;
  readonly type: string;
  readonly isRequired: boolean;
  readonly description: string;
}

interface Schema {
  readonly type?: string | readonly string[];
  readonly title?: string;
  readonly description?: string;
  readonly enum?: readonly unknown[];
  readonly examples?: readonly unknown[];
  readonly required?: readonly string[];
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly items?: Schema;
}

/** Every field with what stands around it: `devices[].name`. */
function fieldsOf(schema: unknown, before = ''): Field[] {
  const { properties = {}, required = [] } = (schema ?? {}) as Schema;
  return Object.entries(properties).flatMap(([key, one]) => {
    const isList = one.type === 'array';
    const name = `${before}${key}${isList ? '[]' : ''}`;
    const within = (isList ? one.items : one) ?? {};
    const plain = within.title ?? [within.type ?? []].flat().join(' or ');
    const type = within.enum?.map(String).join(' | ') ?? plain;
    const description = one.description ?? within.description ?? '';
    const field = { name, type, isRequired: required.includes(key), description };
    return [field, ...fieldsOf(within, `${name}.`)];
  });
}

function tableOf(title: string, fields: readonly Field[]): string {
  if (fields.length === 0) return '';
  const rows = fields.map(({ name, type, isRequired, description }) => {
    const always = isRequired ? 'always' : 'may be left out';
    return `<tr><td><code>${asText(name)}</code></td><td>${asText(type)}</td><td>${always}</td><td>${asText(description)}</td></tr>`;
  });
  return `<table border="1" cellpadding="4"><caption>${title}</caption>\n${rows.join('\n')}\n</table>`;
}

/** A call under the address that is asked now; what only some may do, the box asks of itself. */
function exampleOf({ method, url, who, about }: DescribedRoute, { host, port }: Asked): string {
  const address = who === 'everybody' ? host : `127.0.0.1:${port}`;
  const params = ((about.schema.params ?? {}) as Schema).properties ?? {};
  const path = url.replaceAll(/:(\w+)/g, (_all, name: string) =>
    String(exampleValue(params[name])),
  );
  const { properties = {}, required = [] } = (about.bodies['application/json'] ?? {}) as Schema;
  const body = Object.fromEntries(required.map((name) => [name, exampleValue(properties[name])]));
  return [
    'curl -s',
    ...(method === 'GET' ? [] : [`-X ${method}`]),
    ...(who === 'everybody' ? [] : ['-H "authorization: Bearer $(cat DATA/admin.key)"']),
    ...(required.length === 0
      ? []
      : [`-H "content-type: application/json" -d '${JSON.stringify(body)}'`]),
    `http://${address}${path}`,
  ].join(' ');
}

function exampleValue(schema: Schema | undefined): unknown {
  return schema?.examples?.[0] ?? '…';
}

function anchorOf(method: string, url: string): string {
  return `${method.toLowerCase()}${url.replaceAll(/[^\w]+/g, '-')}`;
}

function asText(words: string): string {
  return words
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;');
}
