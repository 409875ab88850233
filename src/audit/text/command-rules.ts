import type { CompiledCommandRule, CompiledDetector } from '../detector-set.ts'
import type { Place } from '../../schema/register.ts'
import type { UseFact, Value } from '../fact.ts'
import { fromEmission, literal, useFact } from '../use-fact.ts'
import { textLimits } from './limits.ts'
import { readArguments, readWords } from './shell-words.ts'
import type { Word } from './shell-words.ts'
import { writtenValue } from './written-value.ts'

/** Where in a text a command stands, told by whoever holds the text. */
export interface CommandSite {
  readonly content: string
  readonly place: (offset: number) => Place
  readonly symbol: string
  /** Offsets for which commands do not count (comments). */
  readonly ignored: (offset: number) => boolean
}

export interface CommandSighting {
  readonly fact: UseFact
  readonly offset: number
  readonly rule: CompiledCommandRule
  readonly detector: CompiledDetector
}

/** Command lines of known tools in a text. A command whose model was read by one rule is not read again. */
export function findCommands(
  site: CommandSite,
  detectors: readonly CompiledDetector[],
): readonly CommandSighting[] {
  const sightings: CommandSighting[] = []
  const taken = new Map<number, CommandSighting>()
  for (const detector of detectors) {
    for (const rule of detector.rules) {
      if (rule.kind !== 'command') continue
      for (const offset of programOffsets(site, rule)) {
        const fact = readCommand(site, offset.at, offset.end, rule)
        if (fact === null) continue
        const sighting = { fact, offset: offset.at, rule, detector }
        const earlier = taken.get(offset.at)
        if (earlier !== undefined && (earlier.fact.model !== null || fact.model === null)) continue
        taken.set(offset.at, sighting)
      }
    }
  }
  sightings.push(...taken.values())
  return sightings.toSorted((a, b) => a.offset - b.offset)
}

interface ProgramOffset {
  readonly at: number
  readonly end: number
}

function programOffsets(site: CommandSite, rule: CompiledCommandRule): readonly ProgramOffset[] {
  const found: ProgramOffset[] = []
  for (const program of rule.command.programs) {
    let at = site.content.indexOf(program)
    while (at !== -1 && found.length < textLimits.matchesPerRuleMax) {
      const end = programEnd(site.content, at + program.length)
      if (end !== null && beginsWord(site.content, at) && !site.ignored(at)) found.push({ at, end })
      at = site.content.indexOf(program, at + program.length)
    }
  }
  return found
}

function beginsWord(content: string, at: number): boolean {
  return at === 0 || /[\s"'`;|&(=/!@:[$]/.test(content.charAt(at - 1))
}

/** The end of the program's word, a version or `.exe` included; null when the word goes on otherwise. */
function programEnd(content: string, at: number): number | null {
  const tail = /^(?:\.exe|\.cmd|@[\w.^~-]{1,40})?/.exec(content.slice(at, at + 48))?.[0].length ?? 0
  const next = content.charAt(at + tail)
  return next === '' || /[\s"'`;|&)\\,\]]/.test(next) ? at + tail : null
}

function readCommand(
  site: CommandSite,
  start: number,
  end: number,
  rule: CompiledCommandRule,
): UseFact | null {
  const words = commandWords(site.content, start, end)
  const { command } = rule
  const free = words.filter((word) => word.name !== null || !word.text.startsWith('-'))
  const operands = afterSubcommand(free, command.subcommand)
  if (operands === null) return null
  const value = (specs: readonly string[]): Value | null => {
    for (const spec of specs) {
      const found = /^\d+$/.test(spec) ? operand(operands, Number(spec)) : option(words, spec)
      if (found !== null) return valueOf(found, site)
    }
    return null
  }
  const model = value(command.model)
  // `xargs -I{} tool {}`: the place of names that stand elsewhere.
  if (model?.kind === 'literal' && model.text === '{}') return null
  if (model === null && !countsWithoutModel(words, command.modelOptionalWith)) return null
  if (model === null && words.some((word) => /^--?(?:help|version|h)$/.test(word.text))) return null
  const provider = value(command.provider)
  const fallbacks = value(command.fallbacks)
  const place = site.place(start)
  return useFact({
    ...fromEmission(rule.emit, 'pattern'),
    ...(provider?.kind === 'literal' ? { provider: provider.text.toLowerCase() } : {}),
    place: model?.place ?? place,
    detector: rule.detector,
    symbol: site.symbol,
    method: 'pattern',
    model,
    fallbacks: fallbacks === null ? [] : separated(fallbacks),
    baseUrl: value(command.baseUrl),
    region: value(command.region),
    hints: promptHints(words),
  })
}

function countsWithoutModel(words: readonly Word[], evidence: readonly string[]): boolean {
  return evidence.some((word) => word === '*' || words.some((given) => given.text === word))
}

function commandWords(content: string, start: number, end: number): readonly Word[] {
  const before = start === 0 ? '' : content.charAt(start - 1)
  const after = content.charAt(end)
  const isListItem =
    /["'`]/.test(after) && before === after && /^\s{0,20},/.test(content.slice(end + 1, end + 24))
  if (isListItem) return readArguments(content, end + 1)
  const container = containerQuote(content, start)
  return readWords(content, after === '"' || after === "'" ? end + 1 : end, container)
}

/** The quote that is open on this line where the command begins, `''` when none is. */
function containerQuote(content: string, at: number): string {
  const from = Math.max(content.lastIndexOf('\n', at - 1) + 1, at - textLimits.quotedCharactersMax)
  let open = ''
  // Quotes begin anew inside `"$(…)"`.
  const around: string[] = []
  for (let index = from; index < at; index += 1) {
    const character = content.charAt(index)
    if (character === '\\') index += 1
    else if (open !== "'" && content.startsWith('$(', index)) {
      around.push(open)
      open = ''
      index += 1
    } else if (open === '' && character === ')') open = around.pop() ?? ''
    else if (open !== '') open = character === open ? '' : open
    else if (character === '"' || (character === "'" && !/\w/.test(content.charAt(index - 1)))) {
      open = character
    }
  }
  return open
}

/** The words after the subcommand; null when it is not given. */
function afterSubcommand(
  free: readonly Word[],
  subcommand: readonly string[],
): readonly Word[] | null {
  let at = 0
  for (const part of subcommand) {
    const found = free.findIndex((word, index) => index >= at && word.text === part)
    // An option's value may stand before it, a whole prompt hardly.
    if (found === -1 || found > at + 3) return null
    at = found + 1
  }
  return free.slice(at)
}

function operand(operands: readonly Word[], position: number): Word | null {
  return operands[position] ?? null
}

function option(words: readonly Word[], spec: string): Word | null {
  const [name = '', key] = spec.split(' ')
  for (const [index, word] of words.entries()) {
    const next = words[index + 1]
    const given =
      word.text === name
        ? next
        : word.text.startsWith(`${name}=`)
          ? shortened(word, name.length + 1)
          : undefined
    if (given === undefined || (given.name === null && given.text.startsWith('-') && !given.quoted))
      continue
    if (key === undefined) return given.text === '' && given.name === null ? null : given
    if (given.text.startsWith(key)) return shortened(given, key.length)
  }
  return null
}

function shortened(word: Word, by: number): Word {
  return { ...word, text: word.text.slice(by), offset: word.offset + (word.quoted ? 0 : by) }
}

function valueOf(word: Word, site: CommandSite): Value {
  const place = site.place(word.offset)
  if (word.name !== null) return { kind: 'name', name: word.name, place }
  const value = writtenValue(word.text, place)
  // In PowerShell `$Model` is a variable of the script; `$env:MODEL` is one of the environment.
  const isOfScript =
    /\.ps[md]?1$/i.test(place.path) && value.kind === 'environment' && !/^\$env:/i.test(word.text)
  return isOfScript ? { kind: 'name', name: value.variable, place } : value
}

/** `--fallback-model a,b`. */
function separated(value: Value): readonly Value[] {
  if (value.kind !== 'literal') return [value]
  return value.text
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '')
    .map((part) => literal(part, value.place))
}

/** The longest quoted words tell what the command is asked to do. */
function promptHints(words: readonly Word[]): readonly string[] {
  return words
    .filter((word) => word.quoted && word.text.includes(' '))
    .map((word) => word.text.slice(0, 200))
    .slice(0, 2)
}
