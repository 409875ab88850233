import type { Fact, UseFact, Value } from '../fact.ts'
import { detectionCaps, literal, useFact } from '../use-fact.ts'
import { literalsIn } from './expression-value.ts'
import { lineIndex } from './line-index.ts'
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
  const lines = lineIndex(content)
  const told = toldByLine(facts)
  return spellings.flatMap((found): readonly UseFact[] => {
    const { line, column } = lines.placeOf(found.offset)
    if (line < firstLine || line > lastLine) return []
    if (
      (told.get(line) ?? []).some((text) => text.includes(found.text) || found.text.includes(text))
    )
      return []
    const before = content.slice(content.lastIndexOf('\n', found.offset - 1) + 1, found.offset)
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

function toldByLine(facts: readonly Fact[]): ReadonlyMap<number, readonly string[]> {
  const told = new Map<number, string[]>()
  const add = (value: Value | null): void => {
    for (const one of value === null ? [] : literalsIn(value)) {
      const known = told.get(one.place.line)
      if (known === undefined) told.set(one.place.line, [one.text])
      else known.push(one.text)
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
