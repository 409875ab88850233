import { isMap, isSeq, parseDocument, stringify } from 'yaml'

type Entry = Readonly<Record<string, unknown>>

/**
 * Appends an entry to a list of a YAML text and leaves every other byte as it is: comments, quotes and indents are
 * the user's. Only a list that stands between brackets is written anew.
 */
export function appendToList(text: string, key: string, entry: Entry): string {
  const document = parseDocument(text, { keepSourceTokens: true })
  const list = document.get(key, true)
  const newline = newlineOf(text)
  if (list === undefined) {
    return `${withEnd(text, newline)}${key}:${newline}  - ${flow(entry)}${newline}`
  }
  const range = isSeq(list) ? list.range : undefined
  if (!isSeq(list) || list.flow === true || range === undefined || range === null) {
    document.addIn([key], document.createNode(entry, { flow: true }))
    return document.toString({ lineWidth: 0 })
  }
  // The end of the line on which the last entry ends, so that a comment behind it stays with it.
  const end = endOfLine(text, range[1])
  const dash = text.lastIndexOf('\n', text.indexOf('-', range[0])) + 1
  const indent = /^[ ]*/.exec(text.slice(dash))?.[0] ?? ''
  return `${withEnd(text.slice(0, end), newline)}${indent}- ${flow(entry)}${newline}${text.slice(end)}`
}

/** Writes a key at the top of a YAML text, in place of what it says now. */
export function setKey(text: string, key: string, value: Entry): string {
  const document = parseDocument(text, { keepSourceTokens: true })
  const newline = newlineOf(text)
  const { contents } = document
  if (!isMap(contents) || contents.flow === true) {
    document.set(key, document.createNode(value, { flow: true }))
    return document.toString({ lineWidth: 0 })
  }
  const before = document.get(key, true)
  const range =
    typeof before === 'object' && before !== null && 'range' in before
      ? (before.range as readonly number[] | null | undefined)
      : undefined
  if (range?.[0] === undefined || range[1] === undefined) {
    return `${withEnd(text, newline)}${key}: ${flow(value)}${newline}`
  }
  // A block value begins on the line after its key, a flow value beside it.
  const colon = text.lastIndexOf(':', range[0])
  const end = text.slice(range[0], range[1]).trimEnd().length + range[0]
  return `${text.slice(0, colon)}: ${flow(value)}${text.slice(end)}`
}

function flow(value: Entry): string {
  return stringify(value, { collectionStyle: 'flow', lineWidth: 0 }).trimEnd()
}

function newlineOf(text: string): string {
  return text.includes('\r\n') ? '\r\n' : '\n'
}

function withEnd(text: string, newline: string): string {
  return text === '' || text.endsWith('\n') ? text : `${text}${newline}`
}

function endOfLine(text: string, from: number): number {
  // A block entry may end after its own line break.
  if (from > 0 && text[from - 1] === '\n') return from
  const at = text.indexOf('\n', from)
  return at === -1 ? text.length : at + 1
}
