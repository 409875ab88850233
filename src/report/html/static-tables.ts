import { fallbackLine } from '../fallback-words.ts'
import { gapWords } from '../gap-words.ts'
import { gradeWords } from '../grade-words.ts'
import { reportLimits } from '../limits.ts'
import { placeOf } from '../next-steps.ts'
import type { RegisterView } from '../register-view.ts'
import { shorten } from '../../base/visible-text.ts'
import { escapeHtml } from './escape-html.ts'

/** Workflows and gaps for a viewer that runs no script, as build servers that show artefacts do. */
export function staticTables(view: RegisterView): string {
  const max = reportLimits.htmlStaticRowsMax
  const workflows = view.workflows
    .slice(0, max)
    .map(({ workflow, uses, grade, gaps }) => [
      workflow.id,
      uses.map((use) => use.model).join(', '),
      [...new Set(uses.flatMap((use) => use.provider ?? []))].join(', '),
      gradeWords[grade],
      fallbackLine(workflow),
      String(gaps.length),
    ])
  const gaps = view.gaps
    .slice(0, max)
    .map((gap) => [
      gapWords[gap.kind].severity,
      `${gapWords[gap.kind].title}: ${gap.reason}`,
      placeOf(gap.path, gap.line) ?? '',
      gap.advice,
    ])
  return [
    '<p class="note">Without scripts this page shows workflows and gaps only; evidence and filters need them.</p>',
    table(
      'Workflows',
      ['Workflow', 'Models', 'Providers', 'Fallback', 'Trials', 'Gaps'],
      workflows,
    ),
    table('Gaps', ['Severity', 'Gap', 'Where', 'What closes it'], gaps),
    ...(view.workflows.length > max || view.gaps.length > max
      ? [`<p class="note">Only the first ${max} rows of each.</p>`]
      : []),
  ].join('\n')
}

function table(
  title: string,
  titles: readonly string[],
  rows: readonly (readonly string[])[],
): string {
  const cells = (tag: 'td' | 'th', texts: readonly string[]): string =>
    `<tr>${texts.map((text) => `<${tag}>${escapeHtml(shorten(text, 400))}</${tag}>`).join('')}</tr>`
  return `<h2>${title}</h2><table><thead>${cells('th', titles)}</thead><tbody>${rows
    .map((row) => cells('td', row))
    .join('')}</tbody></table>`
}
