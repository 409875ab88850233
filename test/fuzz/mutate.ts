import type { SeededRandom } from '../../bench/audit/seeded-random.ts'

/** What breaks readers: openings without ends, ends without openings, and characters that few texts have. */
const tokens = [
  '"',
  "'",
  '`',
  '"""',
  "'''",
  '${',
  '{{',
  '}}',
  '{%',
  '<<EOF\n',
  '<<~X\n',
  '/*',
  '*/',
  '//',
  '#',
  '--',
  '<!--',
  '-->',
  '<![CDATA[',
  '</',
  '(',
  ')',
  '[',
  ']',
  '{',
  '}',
  '\\',
  '\n',
  '\r\n',
  '\r',
  '\t',
  '\0',
  '\uFEFF',
  '\u2028',
  '\u202E',
  '\uD800',
  '\u{1F600}',
  '&a',
  '*a',
  '<<: *a',
  '!!binary',
  '---\n',
  '...\n',
  '|\n',
  '>-\n',
  '? ',
  ': ',
  '- ',
  '= ',
  'model',
  'model=',
  'model: ',
  '"gpt-4o"',
  'claude-opus-4-1',
  'anthropic/',
  'us.anthropic.',
  '@',
  '$',
  '%',
  '0x',
  '1e999',
  'f"{',
  '#{',
  '@{',
  '$(',
  '=>',
  '->',
  '??',
  '?:',
  '||',
  'if ',
  'else ',
  'end',
  'def ',
  'class ',
  'import ',
  'return ',
  'env:',
  'process.env.',
  'os.environ["',
  'FROM ',
  'RUN ',
  'ENV ',
  'resource "x" "y" {',
  '[a.b]',
  '[[a]]',
]

const steps: readonly ((text: string, random: SeededRandom, other: string) => string)[] = [
  flipBytes,
  (text, random) => text.slice(0, random.below(text.length + 1)),
  (text, random) => text.slice(random.below(text.length + 1)),
  removeRange,
  repeatRange,
  splice,
  shuffleLines,
  indent,
  insertTokens,
  insertTokens,
  insertTokens,
  stretch,
]

/** One to four changes, as somebody careless, a broken disk or an attacker would make them. */
export function mutate(text: string, random: SeededRandom, other: string): string {
  let changed = text
  for (let count = 1 + random.below(4); count > 0; count -= 1) {
    changed = random.pick(steps)(changed, random, other).slice(0, 60_000)
  }
  return changed
}

function flipBytes(text: string, random: SeededRandom): string {
  const bytes = Buffer.from(text)
  if (bytes.length === 0) return text
  for (let count = 1 + random.below(8); count > 0; count -= 1) {
    const at = random.below(bytes.length)
    bytes[at] = (bytes[at] ?? 0) ^ (1 << random.below(8))
  }
  return bytes.toString('utf8')
}

function range(text: string, random: SeededRandom): readonly [number, number] {
  const from = random.below(text.length + 1)
  return [from, Math.min(text.length, from + random.below(200))]
}

function removeRange(text: string, random: SeededRandom): string {
  const [from, to] = range(text, random)
  return text.slice(0, from) + text.slice(to)
}

function repeatRange(text: string, random: SeededRandom): string {
  const [from, to] = range(text, random)
  return text.slice(0, to) + text.slice(from, to).repeat(1 + random.below(30)) + text.slice(to)
}

function splice(text: string, random: SeededRandom, other: string): string {
  const [from, to] = range(other, random)
  const at = random.below(text.length + 1)
  return text.slice(0, at) + other.slice(from, to) + text.slice(at)
}

function shuffleLines(text: string, random: SeededRandom): string {
  const lines = text.split('\n')
  for (let count = 1 + random.below(6); count > 0; count -= 1) {
    const [line] = lines.splice(random.below(lines.length), 1)
    lines.splice(random.below(lines.length + 1), 0, line ?? '')
  }
  return lines.join('\n')
}

function indent(text: string, random: SeededRandom): string {
  const lines = text.split('\n')
  const at = random.below(lines.length)
  lines[at] = `${random.pick(['  ', '\t', '      ', '\u00A0'])}${lines[at] ?? ''}`
  return lines.join('\n')
}

function insertTokens(text: string, random: SeededRandom): string {
  let changed = text
  for (let count = 1 + random.below(5); count > 0; count -= 1) {
    const at = random.below(changed.length + 1)
    changed = changed.slice(0, at) + random.pick(tokens) + changed.slice(at)
  }
  return changed
}

/** A long run of one token: deep nesting, long lines, endless blanks. */
function stretch(text: string, random: SeededRandom): string {
  const at = random.below(text.length + 1)
  return text.slice(0, at) + random.pick(tokens).repeat(random.below(600)) + text.slice(at)
}
