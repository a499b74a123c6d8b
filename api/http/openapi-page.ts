import { type Html, html, render } from '../pages/html.ts';
import type { OpenApiDocument } from './openapi.ts';
import { PROBLEMS } from './problem.ts';

interface Operation {
  readonly operationId?: string;
  readonly summary?: string;
  readonly description?: string;
  readonly tags?: readonly string[];
  readonly parameters?: ReadonlyArray<{ name?: string; in?: string; required?: boolean; description?: string; schema?: unknown }>;
  readonly requestBody?: { content?: Readonly<Record<string, { schema?: unknown }>> };
  readonly responses?: Readonly<Record<string, { description?: string; content?: Readonly<Record<string, { schema?: unknown }>> }>>;
}

/** The API document as a page to read and print: one document, no script, nothing from elsewhere. */
export function openApiPage(document: OpenApiDocument): string {
  const operations = Object.entries(document.paths ?? {}).flatMap(([path, item]) =>
    Object.entries(item ?? {}).map(([method, operation]) => ({ path, method, operation: operation as Operation })),
  );
  const tags = [...new Set(operations.map(({ operation }) => operation.tags?.[0] ?? ''))];
  return render(html`<!doctype html>
<html lang="en" dir="ltr">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${document.info.title}: API</title>
<link rel="stylesheet" href="/assets/style.css">
</head>
<body>
<a class="skip" href="#main">Skip to the content</a>
<main id="main" class="wide">
<h1>${document.info.title}: API</h1>
<p>${document.info.description} Version ${document.info.version}. The same as JSON: <a href="/openapi.json">/openapi.json</a>.</p>
<nav aria-label="Operations"><ul>
${operations.map(({ path, method, operation }) => html`<li><a href="#${operation.operationId}">${operation.summary}</a> <code>${method.toUpperCase()} ${path}</code></li>`)}
</ul></nav>
${tags.map(
  (tag) => html`<h2>${tag}</h2>
${operations.filter(({ operation }) => (operation.tags?.[0] ?? '') === tag).map(({ path, method, operation }) => operationSection(path, method, operation))}`,
)}
<h2>Schemas</h2>
${Object.entries(document.components?.schemas ?? {}).map(([name, schema]) => html`<h3 id="schema-${name}">${name}</h3>${schemaBlock(schema)}`)}
<h2>Problems</h2>
<dl>
${Object.entries(PROBLEMS).map(([code, { status, title, detail }]) => html`<dt id="problem-${code}"><code>/problems/${code}</code> (${status}) ${title}</dt><dd>${detail}</dd>`)}
</dl>
<p>A rule that refuses brings its own code, with status 409 and a sentence that says what to do.</p>
</main>
</body>
</html>`);
}

function operationSection(path: string, method: string, operation: Operation): Html {
  return html`<section class="operation" id="${operation.operationId}">
<h3>${operation.summary}</h3>
<p><code>${method.toUpperCase()} ${path}</code></p>
${(operation.description ?? '').split('\n\n').map((paragraph) => html`<p>${paragraph}</p>`)}
${
  operation.parameters &&
  html`<h4>Parameters</h4><dl>${operation.parameters.map(
    (parameter) =>
      html`<dt><code>${parameter.name}</code> (${parameter.in}${parameter.required ? ', required' : ''})</dt><dd>${parameter.description}${schemaBlock(parameter.schema)}</dd>`,
  )}</dl>`
}
${operation.requestBody && html`<h4>Body</h4>${Object.values(operation.requestBody.content ?? {}).map(({ schema }) => schemaBlock(schema))}`}
<h4>Answers</h4>
<dl>${Object.entries(operation.responses ?? {}).map(
    ([status, response]) =>
      html`<dt>${status}</dt><dd>${response.description}${
        status < '300' &&
        Object.entries(response.content ?? {}).map(([type, { schema }]) => html`<p><code>${type}</code></p>${schemaBlock(schema)}`)
      }</dd>`,
  )}</dl>
</section>`;
}

/** A schema as indented JSON, or a link where it is only a reference to a named one. */
function schemaBlock(schema: unknown): Html | false {
  if (typeof schema !== 'object' || schema === null) return false;
  const reference = (schema as { $ref?: unknown }).$ref;
  if (typeof reference === 'string') {
    const name = reference.split('/').at(-1);
    return html`<p><a href="#schema-${name}">${name}</a></p>`;
  }
  return html`<pre>${JSON.stringify(schema, null, 1)}</pre>`;
}
