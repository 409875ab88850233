import type { Timeline } from '../../schema/timeline.ts'
import { count } from '../count.ts'
import { reportLimits } from '../limits.ts'
import { wrapToWidth } from '../text/display-width.ts'
import { painter } from '../text/paint.ts'
import { textTable } from '../text/text-table.ts'
import { shorten, visibleText } from '../visible-text.ts'
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

/** Events in the order of time, one line each. What does not fit a line stands in the other formats. */
export function timelineText(timeline: Timeline, options: TimelineTextOptions = {}): string {
  const asked = Math.floor(options.width ?? 100)
  const width = Math.min(Math.max(asked, reportLimits.textWidthMin), reportLimits.textWidthMax)
  const paint = painter(options.colour === true)
  const selection = selectionText(timeline)
  const shown = timeline.events.slice(0, reportLimits.timelineTextEventsMax)
  const left = timeline.events.length - shown.length
  const table = textTable(
    [
      { title: 'When', widthMin: 10 },
      { title: 'Effect', widthMin: 9 },
      { title: 'Kind', widthMin: 9 },
      { title: 'Event', widthMin: 20 },
      { title: 'About', widthMin: 10 },
      { title: 'Review', widthMin: 6 },
    ],
    shown.map((event) => [
      { text: whenText(event) },
      { text: event.significance, tone: significanceTones[event.significance] },
      { text: kindWords[event.kind] },
      { text: shorten(visibleText(event.event), 300) },
      { text: shorten(visibleText(subjectText(event)), 200) },
      event.review === 'unverified'
        ? { text: 'unverified', tone: 'warning' as const }
        : { text: event.review ?? '-' },
    ]),
    width,
    paint,
  )
  const head = `Timeline: ${count(timeline.events.length, 'event')}${selection === '' ? '' : `, ${visibleText(selection)}`}`
  return `${[
    ...wrapToWidth(head, width).map((line) => paint('heading', line)),
    '',
    ...(shown.length === 0 ? ['No event is known.'] : table),
    ...(left > 0
      ? [paint('faint', `and ${count(left, 'more event')}, see --format json or html`)]
      : []),
    '',
    ...wrapToWidth(visibleText(timeline.notice), width),
  ].join('\n')}\n`
}
