import type { Fact, UseFact, Value } from '../fact.ts'
import { detectionCaps, literal, useFact } from '../use-fact.ts'
import { literalsIn } from './expression-value.ts'
import { indexLines } from '../line-index.ts'
import type { StructureReading } from './structure-reading.ts'

/**
 * Model names of the file that no node gave: in comments, and where the parser gave up. Nothing is lost: a name in
 * a comment is a mention, one behind a model's key in an unreadable part is declared with little certainty.
 */
export function leftoverFacts(
  content: string,
  facts: readonly Fact[],
  firstLine: number,
  lastLine: number,
  reading: StructureReading,
): readonly UseFact[] {
  const spellings = reading.resolver.findSpellings(content)
  if (spellings.length === 0) return []
  const lines = indexLines(content)
  const told = toldByLine(facts, reading)
  return spellings.flatMap((found): readonly UseFact[] => {
    const { line, column } = lines.placeOf(found.offset)
    if (line < firstLine || line > lastLine) return []
    if (isTold(found.text, told.get(line))) return []
    const lineStart = found.offset - column + 1
    const before = content.slice(Math.max(lineStart, found.offset - beforeMax), found.offset)
    const isComment = /^\s*(?:#|\/\/|;|--|\*|\/\*|<!--|REM\b)|\s#\s|\s\/\/\s|<!--/.test(before)
    const isUnread =
      !isComment && !reading.isNoise && /model[\w-]*["']?\s*[:=]\s*["']?$/i.test(before)
    const place = { path: reading.path, line, column }
    return [
      useFact({
        place,
        detector: 'generic/structured-rest',
        symbol: '',
        method: 'pattern',
        model: literal(found.text, place),
        vendor: found.vendor,
        role: isUnread ? 'declare' : 'mention',
        detection: isUnread ? detectionCaps.bareString : detectionCaps.mention,
      }),
    ]
  })
}

/** Characters of a line that are looked at in front of a name. */
const beforeMax = 300

/** Lines with more texts than this (a file of one line) are only asked for the very name. */
const comparedTextsMax = 40

function isTold(name: string, texts: ReadonlySet<string> | undefined): boolean {
  if (texts === undefined) return false
  if (texts.has(name)) return true
  return (
    texts.size <= comparedTextsMax &&
    [...texts].some((text) => text.includes(name) || name.includes(text))
  )
}

function toldByLine(
  facts: readonly Fact[],
  { resolver }: StructureReading,
): ReadonlyMap<number, ReadonlySet<string>> {
  const told = new Map<number, Set<string>>()
  const add = (value: Value | null): void => {
    for (const { text, place } of value === null ? [] : literalsIn(value)) {
      const known = told.get(place.line) ?? new Set()
      told.set(place.line, known)
      if (known.has(text)) continue
      known.add(text)
      for (const spelling of resolver.findSpellings(text)) known.add(spelling.text)
    }
  }
  for (const fact of facts) {
    if (fact.kind === 'use') {
      add(fact.model)
      for (const fallback of fact.fallbacks) add(fallback)
    } else if (fact.kind === 'fallback') {
      add(fact.to)
      add(fact.from)
    } else if (
      fact.kind === 'environment' ||
      fact.kind === 'setting' ||
      fact.kind === 'definition'
    ) {
      add(fact.value)
    }
  }
  return told
}
