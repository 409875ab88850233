import { conversationOf, isConversation } from './chat-messages.ts'
import { type Entry, type ImportTools, isEntry, jsonOf } from './importer.ts'

/** What a prompt of promptfoo asks once its variables are filled in, or why it asks nothing. */
export type FilledPrompt =
  | { readonly request: NonNullable<ReturnType<typeof conversationOf>> }
  | { readonly problem: string }

/** A prompt that is JSON is filled text by text: what stands in a variable cannot break it. */
export function filledPrompt(template: string, vars: Entry, tools: ImportTools): FilledPrompt {
  const whole = /^\s*[[{]/.test(template) ? jsonOf(template) : undefined
  const filled = whole === undefined ? fill(template, vars, tools) : filledValue(whole, vars, tools)
  if (filled === null)
    return { problem: 'the template does more than filling in, or a value of it is missing' }
  const request = conversationOf(filled)
  if (request !== null) return { request }
  return isConversation(typeof filled === 'string' ? jsonOf(filled) : filled)
    ? { problem: 'messages of a form that is not known, or attachments that are an address alone' }
    : { request: { messages: [{ role: 'user', content: textOf(filled) }] } }
}

function textOf(filled: unknown): string {
  return typeof filled === 'string' ? filled : JSON.stringify(filled)
}

/** Null: a text within it could not be filled. */
function filledValue(value: unknown, vars: Entry, tools: ImportTools): unknown {
  if (typeof value === 'string') return fill(value, vars, tools)
  if (Array.isArray(value)) {
    const items = value.map((one) => filledValue(one, vars, tools))
    return value.some((one, index) => one !== null && items[index] === null) ? null : items
  }
  if (!isEntry(value)) return value
  const members = Object.entries(value).map(
    ([name, one]) => [name, one, filledValue(one, vars, tools)] as const,
  )
  return members.some(([, one, filled]) => one !== null && filled === null)
    ? null
    : Object.fromEntries(members.map(([name, , filled]) => [name, filled]))
}

/** Filters of Nunjucks that change nothing but the writing. */
const filters: Readonly<Record<string, (text: string, value: unknown) => string>> = {
  safe: (text) => text,
  trim: (text) => text.trim(),
  upper: (text) => text.toUpperCase(),
  lower: (text) => text.toLowerCase(),
  dump: (_, value) => JSON.stringify(value),
  tojson: (_, value) => JSON.stringify(value),
}

/** `{{ name }}`, `{{ name.member }}` and `{{ name | filter }}`; null: the template does more. */
export function fill(template: string, vars: Entry, tools: ImportTools): string | null {
  if (/\{%|\{#/.test(template)) return null
  let isWhole = true
  const text = template.replace(/\{\{-?\s*(?<path>[^{}]{1,200}?)\s*-?\}\}/g, (_, path: string) => {
    const filled = filledPath(path, vars, tools)
    if (filled === null) isWhole = false
    return filled ?? ''
  })
  return isWhole ? text : null
}

function filledPath(path: string, vars: Entry, tools: ImportTools): string | null {
  const [name = '', ...used] = path.split('|').map((one) => one.trim())
  if (!/^[\w.]+$/.test(name)) return null
  const given = name
    .split('.')
    .reduce<unknown>((here, step) => (isEntry(here) ? here[step] : undefined), vars)
  const value =
    typeof given === 'string' && given.startsWith('file://')
      ? tools.sibling(given.slice('file://'.length))
      : given
  if (value === undefined || value === null) return null
  let text = typeof value === 'string' ? value : JSON.stringify(value)
  for (const one of used) {
    const filter = filters[one.replace(/\(\)$/, '')]
    if (filter === undefined) return null
    text = filter(text, value)
  }
  return text
}
