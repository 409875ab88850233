import { Fault } from '../../base/fault.ts'
import type { Criticality } from '../../schema/vocabulary.ts'
import { elementKinds, type ElementId } from '../portfolio.ts'

/** What is to hold afterwards. */
export interface RemedyTarget {
  /** As asked for, in one spelling. */
  readonly text: string
  readonly criticality: Criticality | 'any'
  /** Id of the one workflow it is about; null: all of that criticality. */
  readonly workflow: string | null
  /** The word that must not happen, nor a worse one. */
  readonly word: 'stops' | 'at-risk'
  readonly under: TargetContingency
}

export type TargetContingency =
  | { readonly kind: 'any'; readonly depth: 1 | 2 }
  /** Lost together; may hold `directive:ID`. */
  | { readonly kind: 'elements'; readonly elements: readonly ElementId[] }

export const defaultTarget = 'no critical workflow stops under any N-1'

export const targetGrammar =
  'no [critical|important|supporting|any] workflow [ID] (stops|is at-risk) under (any N-1|any N-2|ELEMENT[,ELEMENT…])'

const shape =
  /^no\s+(?:(critical|important|supporting|any)\s+)?workflow(?:\s+(?!stops\b|is\s)(\S+))?\s+(stops|is\s+at[- ]risk)\s+under\s+(?:any\s+)?(\S.*)$/i

/** Reads a target; a Fault shows the grammar and an example. */
export function parseTarget(text: string): RemedyTarget {
  const found = shape.exec(text.trim())
  if (found === null) throw targetFault(text, 'it does not have the shape of a target')
  const [, criticality, workflow = null, verb = '', rest = ''] = found
  const word = verb.toLowerCase() === 'stops' ? 'stops' : 'at-risk'
  const under = parseContingency(text, rest.trim())
  const kind = (criticality ?? 'any').toLowerCase() as RemedyTarget['criticality']
  return { text: spell(kind, workflow, word, under), criticality: kind, workflow, word, under }
}

function parseContingency(text: string, rest: string): TargetContingency {
  const depth = /^n\s*-\s*(\d+)$/i.exec(rest)
  if (depth !== null) {
    if (depth[1] === '1') return { kind: 'any', depth: 1 }
    if (depth[1] === '2') return { kind: 'any', depth: 2 }
    throw targetFault(text, `\`${rest}\` is too deep: N-1 and N-2 are searched`)
  }
  const elements = rest.split(/\s*,\s*/).map((element) => {
    const colon = element.indexOf(':')
    const kind = element.slice(0, colon).toLowerCase()
    const id = element.slice(colon + 1).trim()
    if (!elementKinds.some((one) => one === kind) || id === '') {
      throw targetFault(text, `\`${element}\` is no element \`kind:id\``)
    }
    return `${kind}:${kind === 'jurisdiction' ? id.toUpperCase() : id}`
  })
  return { kind: 'elements', elements: [...new Set(elements)].toSorted() }
}

function spell(
  criticality: RemedyTarget['criticality'],
  workflow: string | null,
  word: RemedyTarget['word'],
  under: TargetContingency,
): string {
  const of = criticality === 'any' ? '' : `${criticality} `
  const which = workflow === null ? '' : ` ${workflow}`
  const verb = word === 'stops' ? 'stops' : 'is at-risk'
  const what = under.kind === 'any' ? `any N-${under.depth}` : under.elements.join(',')
  return `no ${of}workflow${which} ${verb} under ${what}`
}

function targetFault(text: string, problem: string): Fault {
  return new Fault('HF_TARGET_INVALID', `cannot understand the target \`${text}\`: ${problem}`, {
    expected: targetGrammar,
    advice: `for instance \`${defaultTarget}\` or \`no workflow is at-risk under vendor:anthropic\``,
  })
}
