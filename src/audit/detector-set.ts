import { canonicalJson } from '../base/canonical-json.ts'
import { compareText } from '../base/compare.ts'
import { digest } from '../base/digest.ts'
import type {
  CallRule,
  CommandRule,
  AuditDetector,
  Emission,
  Language,
  PatternRule,
  PlaceClass,
  StructureRule,
} from '../schema/detector.ts'
import { relevantNames } from './code/relevant-names.ts'
import { indexKeywords, type KeywordIndex } from './keyword-index.ts'
import { useLinearTimePatterns } from './linear-time.ts'
import { pathMatcher } from './path-matcher.ts'

/** Detectors made ready to match: globs and expressions compiled once for a whole run. */

interface CompiledRuleBase {
  /** `detector/rule`, the name that facts carry. */
  readonly detector: string
  readonly emit: Emission
}

export interface CompiledCallRule extends CompiledRuleBase {
  readonly kind: 'call'
  readonly call: CallRule['call']
  readonly callee: RegExp
  /** Arguments that must be given and match. */
  readonly where: readonly { readonly argument: string; readonly pattern: RegExp }[]
  readonly languages: ReadonlySet<Language>
}

export interface CompiledStructureRule extends CompiledRuleBase {
  readonly kind: 'structure'
  readonly structure: StructureRule['structure']
  readonly where: readonly { readonly path: string; readonly pattern: RegExp }[]
  readonly extract: RegExp | null
}

export interface CompiledPatternRule extends CompiledRuleBase {
  readonly kind: 'pattern'
  readonly pattern: PatternRule['pattern']
  /** Global and multi-line, with the places of groups. Set `lastIndex` to 0 before use. */
  readonly regex: RegExp
  /**
   * The same for one place, with the places of its groups. Apart, since only a search without them can be finished
   * by V8's linear-time engine.
   */
  readonly placed: RegExp
  /** One of them stands in every text that matches; empty: nobody knows. */
  readonly words: readonly string[]
}

export interface CompiledCommandRule extends CompiledRuleBase {
  readonly kind: 'command'
  readonly command: CommandRule['command']
}

interface CompiledFileRule extends CompiledRuleBase {
  readonly kind: 'file'
}

type CompiledRule =
  | CompiledCallRule
  | CompiledStructureRule
  | CompiledPatternRule
  | CompiledCommandRule
  | CompiledFileRule

export interface CompiledDetector {
  readonly id: string
  readonly class: PlaceClass
  readonly keywords: readonly string[]
  readonly matchesPath: (path: string) => boolean
  /** True when the detector names its files; false when it looks into any file. */
  readonly namesFiles: boolean
  /** True when the path alone selects the file, whatever its text. */
  readonly byPathAlone: boolean
  readonly rules: readonly CompiledRule[]
}

export interface DetectorSet {
  /** What it was made from, for threads that make their own. */
  readonly source: readonly AuditDetector[]
  readonly detectors: readonly CompiledDetector[]
  /** Every literal that makes a file worth reading. */
  readonly keywords: readonly string[]
  /** Finds keywords, and behind them the words that rules ask for. */
  readonly index: KeywordIndex
  /** Numbers of these words. */
  readonly numberOf: ReadonlyMap<string, number>
  /** By number of a keyword: the detectors that it calls. */
  readonly calledBy: readonly (readonly CompiledDetector[])[]
  readonly byPathAlone: readonly CompiledDetector[]
  /** Paths that are worth reading whatever their text: those of `byPathAlone`. */
  readonly matchesPathAlone: (path: string) => boolean
  /** Digest over the rules alone, fixtures left out. */
  readonly digest: string
}

export function compileDetectors(detectors: readonly AuditDetector[]): DetectorSet {
  useLinearTimePatterns()
  const sorted = detectors.toSorted((a, b) => compareText(a.id, b.id))
  const compiled = sorted.map(compileDetector)
  const pathAlone = sorted.flatMap((detector) =>
    isByPathAlone(detector) ? (detector.files ?? []) : [],
  )
  const keywords = [...new Set(compiled.flatMap((detector) => detector.keywords))].toSorted(
    compareText,
  )
  const words = keywords.concat(askedWords(compiled))
  let rulesDigest: string | undefined
  return {
    source: sorted,
    detectors: compiled,
    keywords,
    index: indexKeywords(words),
    numberOf: new Map(words.map((word, number) => [word, number])),
    calledBy: callers(keywords, compiled),
    byPathAlone: compiled.filter((detector) => detector.byPathAlone),
    matchesPathAlone: pathAlone.length === 0 ? () => false : pathMatcher(pathAlone),
    // Not asked for in a thread that only extracts.
    get digest() {
      return (rulesDigest ??= digest(canonicalJson(sorted.map(rulesAlone))))
    },
  }
}

function callers(
  keywords: readonly string[],
  detectors: readonly CompiledDetector[],
): readonly (readonly CompiledDetector[])[] {
  const byKeyword = new Map(keywords.map((keyword) => [keyword, [] as CompiledDetector[]]))
  for (const detector of detectors) {
    for (const keyword of new Set(detector.keywords)) byKeyword.get(keyword)?.push(detector)
  }
  return [...byKeyword.values()]
}

/** Fixtures decide nothing, so that a new one does not make old registers incomparable. */
function rulesAlone(detector: AuditDetector): AuditDetector {
  const {
    id,
    title,
    class: placeClass,
    places,
    version,
    sources,
    keywords,
    files,
    rules,
  } = detector
  return {
    id,
    title,
    class: placeClass,
    places,
    version,
    sources,
    keywords,
    ...(files === undefined ? {} : { files }),
    rules,
  }
}

/** Words that rules ask for in a text; shorter ones stand in most. */
function askedWords(detectors: readonly CompiledDetector[]): readonly string[] {
  const words = detectors.flatMap(({ rules }) =>
    rules.flatMap((rule) => {
      if (rule.kind === 'pattern') return rule.words
      return rule.kind === 'call' ? relevantNames(rule.call.callee) : []
    }),
  )
  return [...new Set(words)].filter((word) => word.length >= askedWordCharactersMin)
}

const askedWordCharactersMin = 4

/** What a set of detectors sees in a file. */
export interface Sighting {
  /** Those that may say something of it, by its path and text. */
  readonly detectors: readonly CompiledDetector[]
  /** Whether a word stands in the text: those that rules ask for were looked for in one pass. */
  readonly stands: WordTest
}

export type WordTest = (word: string) => boolean

/** For a text of which nothing is known. */
export function standsIn(text: string): WordTest {
  return (word) => text.includes(word)
}

export function lookAt(set: DetectorSet, path: string, content: string): Sighting {
  const found = set.index.find(content)
  return {
    detectors: calledDetectors(set, path, found),
    stands: (word) => {
      const number = set.numberOf.get(word)
      return number === undefined ? content.includes(word) : found.has(number)
    },
  }
}

function calledDetectors(
  set: DetectorSet,
  path: string,
  found: ReadonlySet<number>,
): readonly CompiledDetector[] {
  // Few paths are named by any detector that needs no keyword, and one test for all of them tells.
  const called = new Set(set.matchesPathAlone(path) ? set.byPathAlone : [])
  for (const number of found) {
    for (const detector of set.calledBy[number] ?? []) called.add(detector)
  }
  return [...called]
    .filter((detector) => detector.matchesPath(path))
    .toSorted((a, b) => compareText(a.id, b.id))
}

function isByPathAlone(detector: AuditDetector): boolean {
  return (
    detector.files !== undefined &&
    (detector.keywords.length === 0 || detector.rules.some((rule) => 'file' in rule))
  )
}

function compileDetector(detector: AuditDetector): CompiledDetector {
  return {
    id: detector.id,
    class: detector.class,
    keywords: detector.keywords,
    matchesPath: detector.files === undefined ? () => true : pathMatcher(detector.files),
    namesFiles: detector.files !== undefined,
    byPathAlone: isByPathAlone(detector),
    rules: detector.rules.map((rule): CompiledRule => {
      const base = { detector: `${detector.id}/${rule.id}`, emit: rule.emit }
      if ('call' in rule) {
        return {
          ...base,
          kind: 'call',
          call: rule.call,
          callee: new RegExp(rule.call.callee),
          where: Object.entries(rule.call.where).map(([argument, pattern]) => ({
            argument,
            pattern: new RegExp(pattern),
          })),
          languages: new Set(rule.call.languages),
        }
      }
      if ('structure' in rule) {
        return {
          ...base,
          kind: 'structure',
          structure: rule.structure,
          where: Object.entries(rule.structure.where).map(([path, pattern]) => ({
            path,
            pattern: new RegExp(pattern),
          })),
          extract: rule.structure.extract === undefined ? null : new RegExp(rule.structure.extract),
        }
      }
      if ('pattern' in rule) {
        return {
          ...base,
          kind: 'pattern',
          pattern: rule.pattern,
          regex: new RegExp(rule.pattern.regex, rule.pattern.ignoreCase ? 'gim' : 'gm'),
          placed: new RegExp(rule.pattern.regex, rule.pattern.ignoreCase ? 'dimy' : 'dmy'),
          words: rule.pattern.ignoreCase ? [] : relevantNames(rule.pattern.regex),
        }
      }
      if ('command' in rule) {
        return { ...base, kind: 'command', command: rule.command }
      }
      return { ...base, kind: 'file' }
    }),
  }
}
