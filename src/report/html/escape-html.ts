import { visibleText } from '../../base/visible-text.ts'

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
}

/** Text for an element or a quoted attribute of HTML, with what cannot be seen made visible. */
export function escapeHtml(text: string): string {
  return visibleText(text).replace(/[&<>"']/g, (character) => entities[character] ?? character)
}

/**
 * JSON for a `<script type="application/json">`: no `<` is left, so that nothing in it can end the element or
 * begin a comment, and the parser gives back exactly what was put in.
 */
export function embedJson(value: unknown): string {
  return JSON.stringify(value).replaceAll('<', String.raw`\u003c`)
}
