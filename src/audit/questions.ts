import { shortDigest } from '../base/digest.ts'
import type { Dependency, Question } from '../schema/register.ts'

/** The id of the question about one handle in one repository: the same on every run. */
export function questionId(repository: string, subject: string): string {
  return `q-${shortDigest(`${repository}\n${subject}`, 8)}`
}

/** True when only a person can say which model it is. */
export function isOpen(dependency: Dependency): boolean {
  return (
    (dependency.role === 'use' || dependency.role === 'declare') &&
    dependency.model === null &&
    (dependency.resolution === 'opaque' || dependency.resolution === 'unresolved')
  )
}

export function questionText(kind: Question['kind'], subject: string, place: string): string {
  switch (kind) {
    case 'deployment':
      return `Which model does the deployment \`${subject}\` serve (${place})?`
    case 'inference-profile':
      return `Which model is behind the inference profile \`${subject}\` (${place})?`
    case 'prompt':
      return `Which model does the stored prompt \`${subject}\` use (${place})?`
    case 'agent':
      return `Which model does the hosted agent \`${subject}\` use (${place})?`
    case 'variable':
      return `Which value does \`${subject}\` have where this runs (${place})?`
    case 'hidden-model':
      return `Which model does the product use: ${subject} (${place})?`
    case 'gateway':
      return `Which model does the gateway serve under \`${subject}\` (${place})?`
    case 'other':
      return `Which model is \`${subject}\` (${place})?`
  }
}

/** What tells a kind of handle from another. */
type Handle = Pick<
  Dependency,
  'modelAsWritten' | 'hidden' | 'resolution' | 'overridableBy' | 'route'
>

export function questionKind(dependency: Handle): Question['kind'] {
  const subject = dependency.modelAsWritten
  if (dependency.hidden || subject.startsWith('default of ')) return 'hidden-model'
  if (/application-inference-profile|inference-profile|provisioned-model/.test(subject))
    return 'inference-profile'
  if (subject.startsWith('pmpt_') || /:prompt\//.test(subject)) return 'prompt'
  if (/^(?:asst_|agent|[A-Z0-9]{10}$)/.test(subject) || /:agent(?:-alias)?\//.test(subject))
    return 'agent'
  if (dependency.route.provider === 'azure') return 'deployment'
  if (dependency.route.provider === 'self') return 'gateway'
  if (
    dependency.resolution === 'unresolved' &&
    /^(?:env|vars|secrets|input|argument|setting|flag):/.test(subject)
  ) {
    return 'variable'
  }
  if (dependency.resolution === 'unresolved' && dependency.overridableBy.length > 0)
    return 'variable'
  return 'other'
}
