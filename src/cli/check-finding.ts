import { Fault, messageOf } from '../base/fault.ts'
import { faultCodes } from '../base/fault-codes.ts'

/** What `holdfast check` looks at. */
export const checkAreas = [
  'configuration',
  'directives',
  'policy',
  'keys',
  'ledger',
  'store',
  'routes',
  'trials',
] as const
export type CheckArea = (typeof checkAreas)[number]

/** `problem`: something does not work or does not count; `warning`: it may not do what was meant. */
export type CheckSeverity = 'problem' | 'warning' | 'note'

export interface CheckFinding {
  readonly area: CheckArea
  readonly severity: CheckSeverity
  readonly message: string
  /** `path:line:column`, as far as known. */
  readonly place: string | null
  /** Code of docs/reference/error-codes.md. */
  readonly code: string | null
  readonly advice: string | null
}

export function finding(
  area: CheckArea,
  severity: CheckSeverity,
  message: string,
  place: string | null = null,
): CheckFinding {
  return { area, severity, message, place, code: null, advice: null }
}

/** What was thrown, as findings: a fault may tell of several problems. */
export function findingsOf(area: CheckArea, error: unknown): readonly CheckFinding[] {
  if (!(error instanceof Fault)) return [finding(area, 'problem', messageOf(error))]
  const { code, message, place, others } = error
  const at =
    place === undefined
      ? null
      : [place.path, place.line, place.column].filter((part) => part !== undefined).join(':')
  const first: CheckFinding = {
    area,
    severity: 'problem',
    message,
    place: at,
    code,
    advice: error.advice ?? faultCodes[code].advice,
  }
  return [first, ...others.map((text) => otherFinding(area, code, text))]
}

/** A line `path:line:column what is wrong`, as faults have their further problems. */
function otherFinding(area: CheckArea, code: string, text: string): CheckFinding {
  const found = /^(?<place>\S+:\d+:\d+):? (?<message>.+)$/s.exec(text)?.groups
  return {
    area,
    severity: 'problem',
    message: found?.['message'] ?? text,
    place: found?.['place'] ?? null,
    code,
    advice: null,
  }
}

/** Runs one look; what it throws is a finding, and the others go on. */
export async function looked<T>(
  area: CheckArea,
  into: CheckFinding[],
  look: () => Promise<T>,
): Promise<T | null> {
  try {
    return await look()
  } catch (error) {
    into.push(...findingsOf(area, error))
    return null
  }
}
