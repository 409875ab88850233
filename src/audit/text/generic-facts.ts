import type { ModelSpelling, Resolver } from '../../catalogue/index.ts'
import type { Fact, UseFact } from '../fact.ts'
import { detectionCaps, literal, useFact } from '../use-fact.ts'
import { findDocumentBlocks } from './document-blocks.ts'
import type { DocumentBlocks } from './document-blocks.ts'
import type { PreparedText } from './prepared-text.ts'
import { textLimits } from './limits.ts'
import { codePosition, frontMatterPosition, shellPosition, sqlPosition } from './position.ts'
import type { Position } from './position.ts'

/** Every model name of the text, with the role that its place in the text gives it. */
export function genericFacts(text: PreparedText, resolver: Resolver): readonly Fact[] {
  const blocks = findDocumentBlocks(text)
  const facts: Fact[] = []
  for (const spelling of resolver.findSpellings(text.content)) {
    if (facts.length >= textLimits.factsPerFileMax) break
    const position = positionOf(text, blocks, spelling)
    const place = text.lines.place(text.path, spelling.offset)
    const model = literal(spelling.text, place)
    const symbol = blocks.headingAt(place.line - 1)
    facts.push(
      useFact({
        place,
        detector: `generic/${text.kind}`,
        symbol,
        method: 'pattern',
        model,
        role: position.role,
        vendor: spelling.vendor,
        detection: position.detection,
        hints: symbol === '' ? [] : [symbol],
        ...(position.inBody === true ? addressNear(text, spelling, resolver) : {}),
      }),
    )
    if (position.assignedTo !== null) {
      facts.push({
        kind: 'definition',
        place,
        detector: `generic/${text.kind}`,
        symbol,
        name: position.assignedTo,
        form: 'constant',
        value: model,
      })
    }
  }
  return facts
}

/** The provider's address in the same request: `curl https://… -d '{"model": …}'`, a client made above. */
function addressNear(
  text: PreparedText,
  spelling: ModelSpelling,
  resolver: Resolver,
): Pick<UseFact, 'provider' | 'baseUrl'> | Record<string, never> {
  const from = Math.max(0, spelling.offset - textLimits.addressCharactersMax)
  const near = text.content.slice(from, spelling.offset + textLimits.addressCharactersMax)
  const line = text.lines.lineOf(spelling.offset)
  let found: { readonly url: string; readonly offset: number; readonly provider: string } | null =
    null
  for (const match of near.matchAll(
    /https?:\/\/[\w.-]{3,120}(?::\d{1,5})?(?:\/[\w./-]{0,120})?/g,
  )) {
    const offset = from + match.index
    const isSameLine = text.lines.lineOf(offset) === line
    // The last one before counts, unless the request itself stands on this line.
    if (found !== null && offset > spelling.offset && !isSameLine) break
    const host = resolver.providerOfHost(match[0])
    if (host !== null) found = { url: match[0], offset, provider: host.provider }
    if (host !== null && isSameLine) break
  }
  if (found === null) return {}
  return {
    provider: found.provider,
    baseUrl: literal(found.url, text.lines.place(text.path, found.offset)),
  }
}

const unused: Position = { role: 'mention', detection: detectionCaps.mention, assignedTo: null }
const documented: Position = { ...unused, role: 'documentation' }

/** Histories, rankings and recordings name models that nobody calls from there. */
const recordFile =
  /(?:^|\/)(?:change-?log|changes|history|news|release-?notes|releases|leaderboards?|benchmarks?|rankings?|results?)\b[^/]*$|(?:^|\/)(?:cassettes|__snapshots__|recordings|leaderboards?)\//i

function positionOf(text: PreparedText, blocks: DocumentBlocks, spelling: ModelSpelling): Position {
  if (text.kind === 'log' || recordFile.test(text.path)) return unused
  if (text.comments.holds(spelling.offset)) return unused
  const number = text.lines.lineOf(spelling.offset)
  const spot = {
    content: text.content,
    start: spelling.offset,
    end: spelling.offset + spelling.text.length,
    line: text.lines.text(number),
    lineStart: text.lines.startOf(number),
  }
  switch (text.kind) {
    case 'markdown':
    case 'instructions':
      return documentPosition(text, blocks, number, spot)
    case 'script':
      return shellPosition(spot)
    case 'prose':
      return prosePosition(spot)
    case 'sql':
      return sqlPosition(spot)
    case 'code':
    case 'data':
      return codePosition(spot)
  }
}

function documentPosition(
  text: PreparedText,
  blocks: DocumentBlocks,
  number: number,
  spot: Parameters<typeof codePosition>[0],
): Position {
  if (blocks.inFrontMatter(number)) return frontMatterPosition(spot) ?? documented
  if (/^\s*\|/.test(spot.line)) return tablePosition(spot.line)
  if (text.kind !== 'instructions' || blocks.inFence(number)) return documented
  if (
    /anti-?pattern|mistake|avoid|don['’]?t|deprecated|wrong|history|changelog/i.test(
      blocks.headingAt(number),
    )
  ) {
    return documented
  }
  return isInstruction(spot.line, spot.start - spot.lineStart)
    ? { role: 'declare', detection: detectionCaps.bareString, assignedTo: null }
    : documented
}

function tablePosition(line: string): Position {
  return /[$€£]\s?\d|\|\s*\d[\d.,]*\s*(?:[kKM%])?\s*\|/.test(line)
    ? { ...unused, role: 'price' }
    : unused
}

/** Prose that tells an agent which model to take. */
function isInstruction(line: string, start: number): boolean {
  const before = line.slice(Math.max(0, start - 160), start)
  if (
    /\b(?:do not|don't|never|avoid|not|instead of|rather than|no longer|formerly|previously|deprecated|outdated|legacy|retired)\b[^.;]{0,40}$/i.test(
      before,
    )
  ) {
    return false
  }
  return (
    /\b(?:use|using|run|runs|choose|pick|select|set|switch to|default(?:s)? to|delegate to|spawn|launch|invoke|call|prefer|require[sd]?|must be|route to|escalate to|fall ?back to|with)\b[^.;]{0,120}$/i.test(
      before,
    ) || /\bmodel["'`*]*\s*(?:[:=]|is)\s*["'`*]*$/i.test(before)
  )
}

/** Text files without a language: key and value, a command, else a mention. */
function prosePosition(spot: Parameters<typeof codePosition>[0]): Position {
  const position = shellPosition(spot)
  const isTold = position.role === 'use' || position.role === 'declare'
  return isTold ? position : unused
}
