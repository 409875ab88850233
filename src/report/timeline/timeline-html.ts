import type { Timeline, TimelineEvent } from '../../schema/timeline.ts'
import { count } from '../count.ts'
import { escapeHtml } from '../html/escape-html.ts'
import { writtenPage } from '../html/written-page.ts'
import { leftOut } from '../html/written-table.ts'
import { reportLimits } from '../limits.ts'
import { shorten } from '../../base/visible-text.ts'
import { kindWords, selectionText, subjectText, whenText } from './timeline-words.ts'

/** One file for a browser: events by year, what each does, and where it was read. */
export function timelineHtml(timeline: Timeline): string {
  const selection = selectionText(timeline)
  const shown = timeline.events.slice(0, reportLimits.timelineHtmlEventsMax)
  const years = [...Map.groupBy(shown, (event) => event.instant.slice(0, 4))]
  const unverified = timeline.events.some((event) => event.review === 'unverified')
  return writtenPage({
    title: 'Timeline of directives, vendors and models',
    about: [
      `${count(timeline.events.length, 'event')}${selection === '' ? '' : `, ${selection}`}`,
      timeline.notice,
    ],
    banner: unverified ? 'Unverified: some of these rules have been signed by nobody.' : '',
    sections: [
      ...(years.length === 0
        ? [{ id: 'events', title: 'Events', body: '<p class="note">No event is known.</p>' }]
        : years.map(([year, events]) => ({
            id: `year-${year}`,
            title: year,
            body: eventsTable(events),
          }))),
      ...(timeline.events.length > shown.length
        ? [
            {
              id: 'more',
              title: 'More',
              body: leftOut(timeline.events.length - shown.length, 'event'),
            },
          ]
        : []),
    ],
  })
}

const significanceBadges = {
  restricts: 'badge bad',
  relieves: 'badge good',
  informs: 'badge',
} as const

function eventsTable(events: readonly TimelineEvent[]): string {
  const titles = ['When', 'Effect', 'Event', 'About', 'Source', 'Review']
  return `<div class="scroll wide"><table><thead><tr>${titles.map((title) => `<th scope="col">${title}</th>`).join('')}</tr></thead><tbody>
${events.map(eventRow).join('\n')}
</tbody></table></div>`
}

function eventRow(event: TimelineEvent): string {
  const text = (value: string, max: number): string =>
    `<bdi>${escapeHtml(shorten(value, max))}</bdi>`
  const note = event.note === null ? '' : `<div class="sub">${text(event.note, 400)}</div>`
  return `<tr><td><time datetime="${escapeHtml(event.at ?? event.on ?? event.instant)}">${whenText(event)}</time></td><td><span class="${significanceBadges[event.significance]}">${event.significance}</span></td><td>${text(event.event, 400)}<div class="sub">${kindWords[event.kind]}</div>${note}</td><td>${text(subjectText(event), 300)}</td><td>${text(event.source, 300)}</td><td>${event.review === 'unverified' ? '<span class="badge warning">unverified</span>' : (event.review ?? '–')}</td></tr>`
}
