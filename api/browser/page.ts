/** The element that the page has under this id. The page and its script are one work: a missing one is a fault of ours, not of the reader. */
export function element<Kind extends HTMLElement>(id: string, kind: new () => Kind): Kind {
  const found = document.getElementById(id);
  if (!(found instanceof kind)) throw new Error(`The page has no ${id}.`);
  return found;
}

/** What the page gives its script as data: `<script type="application/json" id="...">`. */
export function dataOf<Data>(id: string): Data {
  return JSON.parse(element(id, HTMLScriptElement).text) as Data;
}

/** Waits until the browser has shown what was just written, before a computation holds it up. */
export function painted(): Promise<void> {
  return new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve)));
}

/** Says what is wrong beside the form and leads there. Screen readers read it out, for it stands in an alert. */
export function complain(sentence: string, field: HTMLInputElement | HTMLTextAreaElement): void {
  element('fault', HTMLElement).textContent = sentence;
  field.setAttribute('aria-invalid', 'true');
  field.focus();
}

/** Takes back what {@link complain} said. */
export function calm(...fields: readonly HTMLElement[]): void {
  element('fault', HTMLElement).textContent = '';
  for (const field of fields) field.removeAttribute('aria-invalid');
}

/** Lets a box uncover what is typed in hidden fields. */
export function uncoverWith(box: HTMLInputElement, ...fields: readonly HTMLInputElement[]): void {
  box.addEventListener('change', () => {
    for (const field of fields) field.type = box.checked ? 'text' : 'password';
  });
}

/**
 * Starts the part of the page that needs cryptography. It computes by WebAssembly, which some browsers switch off for safety (Tor Browser on its safer
 * levels); without it the same work takes minutes in which nothing answers, so the page says what to do instead.
 */
export async function startOrSay(load: () => Promise<{ start(): void }>): Promise<void> {
  try {
    // the smallest module there is: the library would wait for ever instead of failing
    new WebAssembly.Module(Uint8Array.of(0, 0x61, 0x73, 0x6d, 1, 0, 0, 0));
    (await load()).start();
  } catch {
    element('unable', HTMLElement).hidden = false;
  }
}
