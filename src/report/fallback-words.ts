import type { RegisterWorkflow, WorkflowFallback } from '../schema/register.ts'
import type { FallbackStanding } from '../schema/vocabulary.ts'

/** How a standing is to be taken. */
type StandingTone = 'good' | 'warning' | 'bad' | ''

export interface StandingWords {
  readonly text: string
  readonly tone: StandingTone
}

/** `alibaba/qwen3-32b over rack-7`, `semgrep (tool)`, `two reviewers (people)`. */
export function fallbackName({ kind, name, route }: WorkflowFallback): string {
  switch (kind) {
    case 'model':
      return route === null ? `${name} over no route` : `${name} over ${route}`
    case 'tool':
      return `${name} (tool)`
    case 'manual':
      return `${name} (people)`
  }
}

/** What trials say of a fallback, with the day where there is one. */
export function standingWords({ kind, standing, until, endedBy }: WorkflowFallback): StandingWords {
  const day = until?.slice(0, 10) ?? ''
  const tone = tones[standing]
  switch (standing) {
    case 'qualified':
      return { tone, text: `qualified until ${day}` }
    case 'expired':
      return {
        tone,
        text: endedBy === 'validity-ended' ? `expired on ${day}` : `expired: ${endedBy}`,
      }
    case 'not-qualified':
      return { tone, text: 'a trial found it worse' }
    case 'untried':
      return kind === 'manual'
        ? { tone: '', text: 'left to a drill' }
        : { tone, text: 'no valid trial' }
    case 'not-needed':
      return { tone, text: 'same model: needs no trial' }
  }
}

const tones: Readonly<Record<FallbackStanding, StandingTone>> = {
  qualified: 'good',
  expired: 'bad',
  'not-qualified': 'bad',
  untried: 'warning',
  'not-needed': '',
}

/** All of them in one line. */
export function fallbackLine({ fallbacks = [] }: RegisterWorkflow): string {
  return fallbacks.map((one) => `${fallbackName(one)}: ${standingWords(one).text}`).join('; ')
}
