import { entry, list, map, type Position, Problems, scalar } from './node-builder.ts'
import type { StructuredDocument, StructuredEntry, StructuredNode } from './structured-node.ts'

/** A Dockerfile as a map: `ENV` and `ARG` by name, `FROM`, `RUN`, `CMD`, `ENTRYPOINT` as lists of texts. */
export function parseDockerfile(content: string): readonly StructuredDocument[] {
  const problems = new Problems()
  const names = {
    ENV: [] as StructuredEntry[],
    ARG: [] as StructuredEntry[],
    LABEL: [] as StructuredEntry[],
  }
  const commands = new Map<string, { at: Position; items: StructuredNode[] }>()
  let understood = 0
  for (const instruction of instructions(content)) {
    const word = instruction.word
    if (word === 'ENV' || word === 'ARG' || word === 'LABEL') {
      names[word].push(...assignments(instruction))
    } else if (
      /^(?:FROM|RUN|CMD|ENTRYPOINT|COPY|ADD|USER|WORKDIR|EXPOSE|HEALTHCHECK|SHELL|VOLUME)$/.test(
        word,
      )
    ) {
      const kept = commands.get(word) ?? { at: instruction.at, items: [] }
      kept.items.push(scalar(instruction.text, instruction.at))
      commands.set(word, kept)
    } else {
      problems.add(instruction.at.line, `unknown instruction \`${word.slice(0, 20)}\``)
      continue
    }
    understood += 1
  }
  if (understood === 0) return []
  const start = { line: 1, column: 1 }
  const entries = [
    ...Object.entries(names)
      .filter(([, given]) => given.length > 0)
      .map(([word, given]) => entry(word, given[0] ?? start, map(given, given[0] ?? start))),
    ...[...commands].map(([word, { at, items }]) => entry(word, at, list(items, at))),
  ]
  return [problems.document('dockerfile', map(entries, start))]
}

interface Instruction {
  readonly word: string
  /** Behind the word, continuation lines joined by line feeds so that lines can be counted. */
  readonly text: string
  readonly at: Position
}

function instructions(content: string): readonly Instruction[] {
  const found: Instruction[] = []
  const lines = content.split('\n').map((line) => line.replace(/\r$/, ''))
  for (let index = 0; index < lines.length; index += 1) {
    const line = lines[index] ?? ''
    const start = /^(\s*)([A-Za-z]+)(\s+)(.*)$/.exec(line)
    if (start === null) continue
    const [, lead = '', word = '', space = '', rest = ''] = start
    const at = { line: index + 1, column: lead.length + word.length + space.length + 1 }
    const parts = [rest]
    while (/\\\s*$/.test(parts.at(-1) ?? '') && index + 1 < lines.length) {
      index += 1
      while (/^\s*#/.test(lines[index] ?? '') && index + 1 < lines.length) {
        parts.push('\\')
        index += 1
      }
      parts.push(lines[index] ?? '')
    }
    const heredoc = /<<-?["']?([A-Za-z_]\w*)["']?/.exec(rest)
    if (heredoc !== null && /^(?:RUN|COPY|ADD)$/i.test(word)) {
      while (index + 1 < lines.length && (lines[index + 1] ?? '').trim() !== heredoc[1]) {
        index += 1
        parts.push(lines[index] ?? '')
      }
      index += 1
    }
    found.push({
      word: word.toUpperCase(),
      text: parts.map((part) => part.replace(/\\\s*$/, '')).join('\n'),
      at,
    })
  }
  return found
}

function assignments(instruction: Instruction): readonly StructuredEntry[] {
  const entries: StructuredEntry[] = []
  const pair = /([A-Za-z_][\w.-]*)=("(?:[^"\\]|\\[\s\S])*"|'[^']*'|[^\s"']\S*)?/g
  const isPairs = /^\s*[A-Za-z_][\w.-]*=/.test(instruction.text)
  for (const found of isPairs ? instruction.text.matchAll(pair) : []) {
    const before = instruction.text.slice(0, found.index)
    const lineBreaks = before.split('\n').length - 1
    const column =
      lineBreaks === 0
        ? instruction.at.column + found.index
        : found.index - before.lastIndexOf('\n')
    const at = { line: instruction.at.line + lineBreaks, column }
    const [, name = '', raw = ''] = found
    const quoted = /^["']/.test(raw)
    const text = quoted ? raw.slice(1, -1) : raw
    const valueAt = { line: at.line, column: at.column + name.length + (quoted ? 2 : 1) }
    entries.push(entry(name, at, scalar(text, valueAt, text.includes('$') && !raw.startsWith("'"))))
  }
  if (entries.length > 0) return entries
  // The old form: `ENV NAME value`; `ARG NAME` has no value.
  const old = /^([A-Za-z_]\w*)(?:(\s+)(.*))?$/.exec(instruction.text.trim())
  if (old === null) return []
  const [, name = '', space = '', value = ''] = old
  const at = instruction.at
  const valueAt = { line: at.line, column: at.column + name.length + space.length }
  return [entry(name, at, scalar(value, valueAt, value.includes('$')))]
}
