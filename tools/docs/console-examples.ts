/**
 * The ```console blocks of a page. A line that begins with `$ ` is a command, the lines below it are what it
 * prints, `exit N` stands for an exit code other than 0. A line of only `…` stands for any lines, `…` inside a line
 * for any text. A block whose fence says `title="path"` is a file that the commands after it read.
 */
export interface ConsoleCommand {
  readonly kind: 'command'
  readonly command: string
  /** Line of the page that the command stands in, counted from 1. */
  readonly line: number
  /** What the page says that it prints. */
  readonly output: readonly string[]
}

interface ExampleFile {
  readonly kind: 'file'
  readonly path: string
  readonly content: string
}

export type ExampleStep = ConsoleCommand | ExampleFile

const fence = /^```(?<language>[a-z]+)(?: title="(?<title>[^"]+)")?\s*$/

export function readExamples(page: string): readonly ExampleStep[] {
  const lines = page.split('\n')
  const steps: ExampleStep[] = []
  for (let index = 0; index < lines.length; index += 1) {
    const groups = fence.exec(lines[index] ?? '')?.groups
    if (groups === undefined) continue
    const end = lines.indexOf('```', index + 1)
    if (end === -1) throw new Error(`line ${index + 1}: a block without an end`)
    const body = lines.slice(index + 1, end)
    const title = groups['title']
    if (title !== undefined)
      steps.push({ kind: 'file', path: title, content: `${body.join('\n')}\n` })
    else if (groups['language'] === 'console') steps.push(...readBlock(body, index + 2))
    index = end
  }
  return steps
}

function readBlock(body: readonly string[], firstLine: number): readonly ConsoleCommand[] {
  const starts = body.flatMap((line, index) => (line.startsWith('$ ') ? [index] : []))
  if (starts[0] !== 0) throw new Error(`line ${firstLine}: a console block begins with a command`)
  return starts.map((start, number) => {
    const end = starts[number + 1] ?? body.length
    return {
      kind: 'command',
      command: (body[start] ?? '').slice(2),
      line: firstLine + start,
      output: body.slice(start + 1, end),
    }
  })
}

/** Where output and page part, in words; null when they agree. */
export function difference(expected: readonly string[], actual: readonly string[]): string | null {
  if (matches(expected, actual)) return null
  const same = expected.findIndex(
    (_line, index) => !matchesStart(expected.slice(0, index + 1), actual),
  )
  const at = same === -1 ? expected.length : same
  return `the page says \`${expected[at] ?? 'nothing more'}\`; printed was:\n${actual.join('\n')}`
}

function matches(expected: readonly string[], actual: readonly string[]): boolean {
  const [line, ...rest] = expected
  if (line === undefined) return actual.length === 0
  if (line.trim() === '…') {
    return actual.some((_one, index) => matches(rest, actual.slice(index))) || matches(rest, [])
  }
  const [first, ...others] = actual
  return first !== undefined && matchesLine(line, first) && matches(rest, others)
}

function matchesStart(expected: readonly string[], actual: readonly string[]): boolean {
  return matches([...expected, '…'], actual)
}

function matchesLine(expected: string, actual: string): boolean {
  if (expected.trimEnd() === actual.trimEnd()) return true
  if (!expected.includes('…')) return false
  const parts = expected
    .trimEnd()
    .split('…')
    .map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'))
  return new RegExp(`^${parts.join('.*')}$`, 'u').test(actual.trimEnd())
}

/** The page with each command's output replaced where it is stale; lines left out by `…` stay left out. */
export function withOutputs(page: string, outputs: ReadonlyMap<number, readonly string[]>): string {
  const lines = page.split('\n')
  const commands = readExamples(page).flatMap((step) => (step.kind === 'command' ? [step] : []))
  for (const { line, output } of commands.toReversed()) {
    const actual = outputs.get(line)
    if (actual === undefined || matches(output, actual)) continue
    lines.splice(line, output.length, ...refreshed(output, actual))
  }
  return lines.join('\n')
}

/** As many lines as the page showed before its first `…` and after its last one. */
function refreshed(before: readonly string[], actual: readonly string[]): readonly string[] {
  const first = before.findIndex((line) => line.trim() === '…')
  if (first === -1) return actual
  const last = before.findLastIndex((line) => line.trim() === '…')
  const tail = before.length - 1 - last
  if (first + tail >= actual.length) return actual
  const kept = [
    ...actual.slice(0, first).map((line, index) => keptLine(before[index], line)),
    '…',
    ...actual
      .slice(actual.length - tail)
      .map((line, index) => keptLine(before[last + 1 + index], line)),
  ]
  return tail === 0 ? kept.slice(0, first + 1) : kept
}

function keptLine(before: string | undefined, actual: string): string {
  return before !== undefined && matchesLine(before, actual) ? before : actual
}
