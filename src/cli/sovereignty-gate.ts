import { Fault } from '../base/fault.ts'
import type { SovereigntyAssessment } from '../schema/sovereignty.ts'

/** What `--fail-on` asks for: a least level of the whole, or that every workflow reaches its own. */
export type SovereigntyGate =
  | { readonly kind: 'seal'; readonly least: number }
  | { readonly kind: 'required' }

export function parseSovereigntyGates(text: string | undefined): readonly SovereigntyGate[] {
  if (text === undefined) return []
  return text.split(',').map((part): SovereigntyGate => {
    const word = part.trim()
    if (word === 'required') return { kind: 'required' }
    const least = /^seal:(?<level>[0-4])$/.exec(word)?.groups?.['level']
    if (least !== undefined) return { kind: 'seal', least: Number(least) }
    throw new Fault('HF_USAGE', `--fail-on \`${word}\` is no condition`, {
      expected: '`seal:0` to `seal:4`, or `required`',
      advice:
        '`seal:2` fails below level 2, `required` when a workflow is below its requiredSeal; several are joined with a comma',
    })
  })
}

/** One line for each gate that failed. What is not answered is not shown, and fails. */
export function failedSovereigntyGates(
  gates: readonly SovereigntyGate[],
  assessment: SovereigntyAssessment,
): readonly string[] {
  return gates.flatMap((gate) => {
    if (gate.kind === 'required') {
      return assessment.workflows
        .filter((one) => !one.met)
        .map((one) => `required: ${one.workflow}: ${one.text}`)
    }
    const { level, governedBy, label } = assessment
    if (level !== null && level >= gate.least) return []
    return [
      level === null
        ? `seal:${gate.least}: no criterion is answered`
        : `seal:${gate.least}: ${label === 'SEAL' ? `SEAL-${level}` : `${label}: level ${level}`}, set by ${governedBy.join(', ')}`,
    ]
  })
}
