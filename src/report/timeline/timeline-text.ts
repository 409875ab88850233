import type { Timeline } from '../../schema/timeline.ts'
import { count } from '../count.ts'
import { reportLimits } from '../limits.ts'
import { wrapToWidth } from '../text/display-width.ts'
import { painter } from '../text/paint.ts'
import { shorten, visibleText } from '../../base/visible-text.ts'
import {
  kindWords,
  selectionText,
  significanceTones,
  subjectText,
  whenText,
} from './timeline-words.ts'

export interface TimelineTextOptions {
  readonly width?: number | undefined
  readonly colour?: boolean | undefined
}

/** Columns before the words of an event. */
const columns = { when: 17, effect: 9, kind: 9 } as const
const indent = ' '.repeat(columns.when + columns.effect + columns.kind + 6)

/** On one line if it fits; an address is never broken, so that it can be followed. */
function sourceLines(source: string, width: number): readonly string[] {
  const text = shorten(visibleText(`source: ${source}`), 200)
  return text.includes(' ', 'source: '.length) ? wrapToWidth(text, Math.max(20, width)) : [text]
}

/** Events in the order of time, each with where it was read. Notes stand in the other formats. */
export function timelineText(timeline: Timeline, options: TimelineTextOptions = {}): string {
  const asked = Math.floor(options.width ?? 100)
  const width = Math.min(Math.max(asked, reportLimits.textWidthMin), reportLimits.textWidthMax)
  const paint = painter(options.colour === true)
  const selection = selectionText(timeline)
  const shown = timeline.events.slice(0, reportLimits.timelineTextEventsMax)
  const left = timeline.events.length - shown.length
  const lines = shown.flatMap((event) => {
    const about =
      event.subject.directive ?? (event.subject.models.length > 1 ? subjectText(event) : '')
    const review = event.review === null ? '' : `review: ${event.review}`
    const behind = [about, review].filter((part) => part !== '').join(', ')
    const text = `${event.event}${behind === '' ? '' : ` [${behind}]`}`
    const [first = '', ...others] = wrapToWidth(
      shorten(visibleText(text), 400),
      Math.max(20, width - indent.length),
    )
    const when = whenText(event).padEnd(columns.when)
    const effect = event.significance.padEnd(columns.effect)
    return [
      `${when}  ${paint(significanceTones[event.significance], effect)}  ${kindWords[event.kind].padEnd(columns.kind)}  ${first}`,
      ...others.map((line) => `${indent}${line}`),
      ...sourceLines(event.source, width - indent.length).map(
        (line) => `${indent}${paint('faint', line)}`,
      ),
    ]
  })
  const head = `Timeline: ${count(timeline.events.length, 'event')}${selection === '' ? '' : `, ${visibleText(selection)}`}`
  return `${[
    ...wrapToWidth(head, width).map((line) => paint('heading', line)),
    '',
    ...(shown.length === 0
      ? ['No event is known.']
      : [
          paint(
            'heading',
            `${'When'.padEnd(columns.when)}  ${'Effect'.padEnd(columns.effect)}  ${'What'.padEnd(columns.kind)}  Event`,
          ),
          ...lines,
        ]),
    ...(left > 0
      ? [paint('faint', `and ${count(left, 'more event')}, see --format json or html`)]
      : []),
    '',
    ...wrapToWidth(visibleText(timeline.notice), width),
  ].join('\n')}\n`
}
