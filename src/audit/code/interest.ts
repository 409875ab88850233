import type { Language } from '../../schema/detector.ts'
import type { ModelSpelling, Resolver } from '../../catalogue/index.ts'
import type { CompiledCallRule, CompiledDetector, WordTest } from '../detector-set.ts'
import { codeLimits } from './limits.ts'
import { relevantNames } from './relevant-names.ts'

/** What is worth looking at in one file: the native side leaves everything else out. */
export interface CodeInterest {
  /** Words of callees that some call rule asks for, and that stand in the file. */
  readonly calleeWords: readonly string[]
  /** Some callee pattern has no words: every call is looked at. */
  readonly everyCall: boolean
  /** Argument names that some call rule reads, last part only, lower case, without underscores. */
  readonly argumentNames: ReadonlySet<string>
  readonly looksLikeModel: (text: string) => boolean
  readonly findSpellings: Resolver['findSpellings']
}

/** Names that hold a model in any code. */
export const modelWord = /model|engine|deployment|llm/i
/** Names whose literal values matter: models and addresses. */
export const valuableName = /model|engine|deployment|llm|base_?url|endpoint|api_?base/i

/** The call rules among detectors that speak of a language. */
export function callRulesFor(
  detectors: readonly CompiledDetector[],
  language: Language,
): readonly CompiledCallRule[] {
  return detectors.flatMap((detector) =>
    detector.rules.filter(
      (rule): rule is CompiledCallRule =>
        rule.kind === 'call' &&
        (rule.languages.has(language) || rule.languages.has(relative(language))),
    ),
  )
}

/** A rule for TypeScript holds for TSX and the other way round; the grammars differ, the code does not. */
function relative(language: Language): Language {
  if (language === 'tsx') return 'typescript'
  if (language === 'typescript') return 'tsx'
  return language
}

export function interestOf(
  rules: readonly CompiledCallRule[],
  resolver: Resolver,
  stands: WordTest,
): CodeInterest {
  const asked = rules.map(askedBy)
  return {
    calleeWords: [...new Set(asked.flatMap(({ words }) => words))].filter(stands),
    everyCall: asked.some(({ words }) => words.length === 0),
    argumentNames: new Set(asked.flatMap(({ names }) => names)),
    looksLikeModel: (text) => resolver.looksLikeModel(text),
    findSpellings: (text) => resolver.findSpellings(text),
  }
}

interface AskedByRule {
  readonly words: readonly string[]
  readonly names: readonly string[]
}

const askedByRules = new WeakMap<CompiledCallRule, AskedByRule>()

/** Found once for each rule, not for each file that it is asked about. */
function askedBy(rule: CompiledCallRule): AskedByRule {
  const found = askedByRules.get(rule)
  if (found !== undefined) return found
  const { call } = rule
  const names = [
    ...call.model,
    ...call.fallbacks,
    ...call.baseUrl,
    ...call.region,
    ...call.credential,
    ...call.provider,
    ...Object.keys(call.where),
  ]
  const made = { words: relevantNames(call.callee), names: [...new Set(names.map(foldName))] }
  askedByRules.set(rule, made)
  return made
}

/** Argument names are compared without case and underscores, by their last part. */
export function foldName(name: string): string {
  return name
    .slice(name.lastIndexOf('.') + 1)
    .replaceAll(/[_-]/g, '')
    .toLowerCase()
}

/** Expressions for the native side (Rust syntax). */
export interface NativeRule {
  /** Calls and definitions that are worth reading; null: all of them. */
  readonly steps: string | null
  /** Null: no model name stands in the file, so no literal is asked for. */
  readonly spellings: string | null
  /**
   * Scopes and handlers around something that is read; null: all of them. Most functions of a file hold nothing of
   * interest, and reading what they are called would cost more than all the rest.
   */
  readonly surroundings: string | null
  /** Words of which one stands in everything that is read; null: anything may be read. */
  readonly words: readonly string[] | null
  /** The same as the expressions: asked here of few nodes, they take less than the native side takes to compile them. */
  readonly holdsStep: TextTest
  readonly holdsSpelling: TextTest
  readonly isSurrounding: TextTest
}

type TextTest = (text: string) => boolean

/** Words so short that they stand inside many others count only by themselves. */
const shortWordCharacters = 3

/** Words of definitions and calls that may lead to a model. */
const stepWord =
  /model|engine|deployment|llm|base_?url|endpoint|api_?base|env|config|setting|argument|option|flag|\bdefault|\bdefine/gi

/**
 * Made of what really stands in the file. What a known call makes is kept under a name, the client of the calls
 * to come: so its words count for definitions as well.
 */
export function nativeRule(
  content: string,
  interest: CodeInterest,
  spellings: readonly ModelSpelling[],
): NativeRule {
  const found = new Set(spellings.map(({ text }) => text))
  const names = [...found].slice(0, codeLimits.spellingsMax)
  const namePatterns = names.map(escapePattern)
  const words = interest.calleeWords
  const bordered = words.map((word) =>
    word.length <= shortWordCharacters ? `(?-u:\\b)${word}(?-u:\\b)` : word,
  )
  const steps = [
    ...stepWords(content),
    ...modelFunctions(content),
    ...factoryVariables(content, words),
  ]
  const others = [...steps, ...namePatterns]
  const areAllNamed = !interest.everyCall && found.size <= codeLimits.spellingsMax
  const plain = [...words.filter((word) => word.length > shortWordCharacters), ...steps, ...names]
  const short = words.filter((word) => word.length <= shortWordCharacters)
  const holdsPlain = (text: string): boolean => plain.some((word) => text.includes(word))
  return {
    steps: interest.everyCall ? null : anyOf([...bordered, ...others]),
    spellings: names.length === 0 ? null : namePatterns.join('|'),
    // Without borders: a word at the edge of a call may stand inside a longer one in the function around.
    surroundings: areAllNamed ? anyOf([...words, ...others]) : null,
    words: areAllNamed ? [...new Set([...words, ...steps, ...names])] : null,
    holdsStep: (text) =>
      interest.everyCall || holdsPlain(text) || short.some((word) => standsAlone(word).test(text)),
    holdsSpelling: (text) => names.some((name) => text.includes(name)),
    isSurrounding: (text) =>
      !areAllNamed || holdsPlain(text) || short.some((word) => text.includes(word)),
  }
}

const alone = new Map<string, RegExp>()

function standsAlone(word: string): RegExp {
  const found = alone.get(word) ?? new RegExp(`\\b${word}\\b`)
  alone.set(word, found)
  return found
}

/** An expression for any of the parts; without parts it matches no text at all. */
function anyOf(parts: readonly string[]): string {
  return [...new Set(parts)].join('|') || '[^\\s\\S]'
}

/**
 * The words as they stand in the file. The native side then needs neither case folding nor word borders, which
 * took it half a millisecond to compile for every file.
 */
function stepWords(content: string): ReadonlySet<string> {
  return new Set([...content.matchAll(stepWord)].map(([word]) => word))
}

/** Names of functions with a parameter that is named like a model: calls of them hand a model on. */
function modelFunctions(content: string): readonly string[] {
  const names = new Set<string>()
  const declaration =
    /\b(?:def|func|fun|fn|function|defp)\s+(?:\([^()]{0,80}\)\s*)?([A-Za-z_]\w{2,60})[^({\n]{0,40}\([^()]{0,400}?(?:[mM]odel|[eE]ngine|[dD]eployment|llm|LLM)/g
  for (const match of content.matchAll(declaration)) {
    if (match[1] !== undefined) names.add(match[1])
    if (names.size >= codeLimits.spellingsMax) break
  }
  return [...names]
}

/** Variables that keep what a factory of a known client made (`const acme = createAcme(`): calls of them are read. */
function factoryVariables(content: string, words: readonly string[]): readonly string[] {
  const made = /\b([A-Za-z_]\w{1,60})\s*=\s*(?:await\s+)?(create[A-Z]\w{1,60})\s*\(/g
  return [...content.matchAll(made)]
    .filter(([, , factory = '']) => words.includes(factory))
    .flatMap(([, name]) => name ?? [])
    .slice(0, codeLimits.spellingsMax)
}

function escapePattern(text: string): string {
  return text.replaceAll(/[\\^$.*+?()[\]{}|#&~\s-]/g, (character) =>
    /\s/.test(character) ? '\\s' : `\\${character}`,
  )
}
