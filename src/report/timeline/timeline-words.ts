import type { TimelineEvent, TimelineKind, TimelineSignificance } from '../../schema/timeline.ts'
import type { Tone } from '../text/paint.ts'

export const kindWords: Readonly<Record<TimelineKind, string>> = {
  'directive-status': 'directive',
  'carve-out-start': 'carve-out',
  'carve-out-end': 'carve-out',
  'review-due': 'review',
  'vendor-action': 'vendor',
  'model-lifecycle': 'model',
}

export const significanceTones: Readonly<Record<TimelineSignificance, Tone>> = {
  restricts: 'bad',
  relieves: 'good',
  informs: 'faint',
}

/** `2026-06-12 21:21Z`, or the day where no more is known. */
export function whenText(event: TimelineEvent): string {
  if (event.at === null) return event.on ?? event.instant.slice(0, 10)
  return `${event.at.slice(0, 10)} ${event.at.slice(11, 16)}Z`
}

/** What an event is about, the narrowest name first. */
export function subjectText(event: TimelineEvent): string {
  const { directive, models, vendors, providers } = event.subject
  const shown = models.slice(0, 4)
  const left = models.length - shown.length
  return [
    ...(directive === null ? [] : [directive]),
    ...(shown.length === 0
      ? vendors.slice(0, 4)
      : [`${shown.join(', ')}${left > 0 ? ` and ${left} more` : ''}`]),
    ...(providers.length === 0 ? [] : [`over ${providers.slice(0, 4).join(', ')}`]),
  ].join('; ')
}

/** Who was asked for, when not everything was. */
export function selectionText(timeline: {
  readonly since: string | null
  readonly until: string | null
  readonly directive: string | null
  readonly model: string | null
}): string {
  const { since, until, directive, model } = timeline
  return [
    ...(since === null ? [] : [`from ${since}`]),
    ...(until === null ? [] : [`until ${until}`]),
    ...(directive === null ? [] : [`directive ${directive}`]),
    ...(model === null ? [] : [`model ${model}`]),
  ].join(', ')
}
