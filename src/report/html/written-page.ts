import { escapeHtml } from './escape-html.ts'
import { pageIcon, pagePolicy } from './page-policy.ts'
import { pageStyle } from './page-style.ts'
import { writtenPageScript } from './written-page-script.ts'
import { writtenPageStyle } from './written-page-style.ts'

export interface PageSection {
  /** Fragment of its address. */
  readonly id: string
  readonly title: string
  /** HTML, escaped already. */
  readonly body: string
}

export interface WrittenPage {
  readonly title: string
  /** Lines under the title, as text. */
  readonly about: readonly string[]
  /** A line that nobody may overlook, as text; empty for none. */
  readonly banner: string
  readonly sections: readonly PageSection[]
}

const style = `${pageStyle}\n${writtenPageStyle}`
const policy = pagePolicy(writtenPageScript, style)

/**
 * One file for a browser whose text all stands in it: it reads without scripts, and its script only helps with
 * keys, themes and print. Nothing is loaded and nothing is sent.
 */
export function writtenPage({ title, about, banner, sections }: WrittenPage): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<title>${escapeHtml(title)}</title>
<link rel="icon" href="${pageIcon}">
<style>${style}</style>
</head>
<body>
<a class="skip" href="#app">Skip to the findings</a>
${banner === '' ? '' : `<div class="banner" role="note"><p>${escapeHtml(banner)}</p></div>\n`}<header class="top"><div>
<div class="about">
<h1>${escapeHtml(title)}</h1>
${about.map((line) => `<p><bdi>${escapeHtml(line)}</bdi></p>`).join('\n')}
</div>
<button type="button" class="quiet theme" id="theme" hidden>Theme</button>
</div></header>
<nav class="bar" aria-label="Parts of this page"><div><ul class="jumps">
${sections.map((one) => `<li><a href="#${one.id}">${escapeHtml(one.title)}</a></li>`).join('\n')}
</ul></div></nav>
<main id="app" tabindex="-1" class="stack">
${sections
  .map(
    (one) =>
      `<section class="panel part" id="${one.id}" aria-labelledby="${one.id}-title" tabindex="-1">\n<h2 id="${one.id}-title">${escapeHtml(one.title)}</h2>\n${one.body}\n</section>`,
  )
  .join('\n')}
</main>
<script>${writtenPageScript}</script>
</body>
</html>
`
}
