/** The one stylesheet of all pages; text of the code, so that it can never be missing beside what was compiled. */
export const stylesheet = `:root {
  color-scheme: light dark;
  --ink: #1b1f23;
  --soft: #4b5563;
  --paper: #ffffff;
  --tint: #f2f4f7;
  --line: #6b7280;
  --act: #0b4a8f;
  --on-act: #ffffff;
  --fault: #a31515;
}
@media (prefers-color-scheme: dark) {
  :root {
    --ink: #eceff3;
    --soft: #b6bec9;
    --paper: #14171b;
    --tint: #1f242b;
    --line: #8b95a3;
    --act: #9cc7ff;
    --on-act: #0a1626;
    --fault: #ff9d94;
  }
}
* {
  box-sizing: border-box;
}
body {
  margin: 0;
  background: var(--paper);
  color: var(--ink);
  font:
    1.0625rem / 1.6 system-ui,
    "Noto Sans",
    "Noto Sans Arabic",
    "DejaVu Sans",
    sans-serif;
  overflow-wrap: break-word;
}
:lang(ar) {
  line-height: 1.8;
}
:lang(ar) em {
  font-style: normal;
  font-weight: 600;
}
main,
header,
footer {
  max-inline-size: 42rem;
  margin-inline: auto;
  padding-inline: 1rem;
}
main.wide {
  max-inline-size: 64rem;
}
main {
  padding-block: 0.5rem 2rem;
}
h1 {
  font-size: 1.6rem;
  line-height: 1.3;
  margin-block: 1rem 0.75rem;
}
h2 {
  font-size: 1.25rem;
  line-height: 1.35;
}
a {
  color: var(--act);
}
:focus-visible {
  outline: 3px solid var(--act);
  outline-offset: 3px;
}
.skip {
  position: absolute;
  inset-inline-start: 1rem;
  inset-block-start: -5rem;
  background: var(--paper);
  padding: 0.75rem 1rem;
}
.skip:focus {
  inset-block-start: 0.5rem;
}
main nav a {
  display: inline-block;
  padding-block: 0.6rem;
}
nav.languages ul {
  display: flex;
  flex-wrap: wrap;
  gap: 0.25rem;
  list-style: none;
  margin: 0;
  padding: 0.5rem 0;
}
nav.languages a,
nav.languages button,
nav.languages [aria-current] {
  display: inline-flex;
  align-items: center;
  min-block-size: 2.75rem;
  min-inline-size: 2.75rem;
  padding: 0.25rem 0.5rem;
  border: 1px solid transparent;
  background: none;
  color: var(--act);
  font: inherit;
  text-decoration: underline;
  cursor: pointer;
}
nav.languages [aria-current] {
  color: var(--ink);
  border-color: var(--line);
  border-radius: 0.5rem;
  text-decoration: none;
  cursor: default;
}
.panel,
.faults {
  background: var(--tint);
  border-inline-start: 0.3rem solid var(--line);
  padding: 0.75rem 1rem;
  margin-block: 1rem;
}
.panel > :first-child,
.faults > :first-child {
  margin-block-start: 0;
}
.panel > :last-child,
.faults > :last-child {
  margin-block-end: 0;
}
.faults {
  border-color: var(--fault);
}
.fault {
  color: var(--fault);
  font-weight: 600;
  margin-block: 0.25rem;
}
.hint {
  color: var(--soft);
  margin-block: 0 0.35rem;
}
article.text {
  border-block: 1px solid var(--line);
  padding-block: 0.5rem;
  margin-block: 1.25rem;
}
blockquote {
  margin-inline: 0;
  padding-inline-start: 1rem;
  border-inline-start: 0.2rem solid var(--line);
}
details {
  margin-block: 0.75rem;
}
summary {
  min-block-size: 2.75rem;
  padding-block: 0.6rem;
  cursor: pointer;
  color: var(--act);
}
fieldset {
  border: 1px solid var(--line);
  border-radius: 0.5rem;
  margin: 1.25rem 0;
  padding: 0.25rem 1rem 0.75rem;
}
legend {
  font-weight: 700;
  padding-inline: 0.35rem;
}
.choice {
  display: grid;
  grid-template-columns: 2.75rem 1fr;
  align-items: start;
}
.choice + .choice {
  border-block-start: 1px solid var(--tint);
}
.choice input {
  inline-size: 1.5rem;
  block-size: 1.5rem;
  margin: 0.65rem 0.25rem;
  accent-color: var(--act);
}
.choice label {
  display: block;
  min-block-size: 2.75rem;
  padding-block: 0.55rem 0.1rem;
  font-weight: 600;
  cursor: pointer;
}
.choice .hint {
  grid-column: 2;
  padding-block-end: 0.5rem;
}
.field {
  margin-block: 1.25rem;
}
.field label {
  display: block;
  font-weight: 600;
}
.field input,
.field textarea,
.field select {
  inline-size: 100%;
  min-block-size: 2.75rem;
  padding: 0.5rem 0.75rem;
  border: 1px solid var(--line);
  border-radius: 0.35rem;
  background: var(--paper);
  color: var(--ink);
  font: inherit;
}
[hidden] {
  display: none !important;
}
button.also {
  min-block-size: 2.75rem;
  padding: 0.5rem 1.25rem;
  border: 1px solid var(--act);
  border-radius: 0.5rem;
  background: var(--paper);
  color: var(--act);
  font: inherit;
  font-weight: 600;
  cursor: pointer;
}
.code {
  font-size: 1.15em;
  letter-spacing: 0.05em;
}
a.act {
  display: inline-block;
  text-decoration: none;
}
a.act,
button.act {
  min-block-size: 3rem;
  padding: 0.6rem 1.75rem;
  border: 0;
  border-radius: 0.5rem;
  background: var(--act);
  color: var(--on-act);
  font: inherit;
  font-weight: 700;
  cursor: pointer;
}
.chosen {
  white-space: pre-line;
}
dt {
  font-weight: 600;
}
dd {
  margin-inline-start: 0;
  margin-block-end: 0.5rem;
}
pre,
code {
  font-family: ui-monospace, "DejaVu Sans Mono", monospace;
  font-size: 0.9em;
  white-space: pre-wrap;
  overflow-wrap: anywhere;
}
footer {
  color: var(--soft);
  border-block-start: 1px solid var(--line);
  padding-block: 0.75rem 2rem;
}
@media print {
  :root {
    color-scheme: light;
    --ink: #000000;
    --soft: #000000;
    --paper: #ffffff;
    --tint: #ffffff;
    --act: #000000;
  }
  body {
    font:
      11pt / 1.5 "Noto Serif",
      "Noto Naskh Arabic",
      Georgia,
      serif;
  }
  nav,
  .skip,
  .screen,
  .unprinted {
    display: none;
  }
  main,
  footer {
    max-inline-size: none;
    padding-inline: 0;
  }
  h1,
  h2,
  h3 {
    break-after: avoid;
  }
  li,
  .panel {
    break-inside: avoid;
  }
}
`;
