import type { Register, WorkflowFallback } from '../../schema/register.ts'
import { Role } from '../../schema/vocabulary.ts'
import { count } from '../count.ts'
import { fallbackName, standingWords } from '../fallback-words.ts'
import { gapWords } from '../gap-words.ts'
import type { Severity } from '../gap-words.ts'
import { gradeWords } from '../grade-words.ts'
import { headline, repositoryLine } from '../headline.ts'
import { remoteUrl } from '../location-uri.ts'
import { nextSteps } from '../next-steps.ts'
import { rolesShownByDefault, viewRegister } from '../register-view.ts'
import type { RegisterView, WorkflowView } from '../register-view.ts'
import type { ReportFormat, ReportOptions } from '../report-format.ts'
import { shorten } from '../../base/visible-text.ts'
import { embedJson, escapeHtml } from './escape-html.ts'
import { pageIcon, pagePolicy } from './page-policy.ts'
import { pageScript } from './page-script.ts'
import { pageStyle } from './page-style.ts'
import { staticTables } from './static-tables.ts'

/** One file for a browser: nothing is loaded, nothing is sent, and it works from a disk or a mail. */
export const htmlFormat: ReportFormat = {
  id: 'html',
  title: 'Page to explore in a browser',
  fileExtension: 'html',
  mediaType: 'text/html; charset=utf-8',
  render: renderHtml,
}

const contentSecurityPolicy = pagePolicy(pageScript, pageStyle)

function renderHtml(register: Register, options: ReportOptions): string {
  const view = viewRegister(register, options)
  const title = shorten(register.repositories[0]?.id ?? register.root, 80)
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${contentSecurityPolicy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<title>${escapeHtml(title)}: dependencies on hosted models</title>
<link rel="icon" href="${pageIcon}">
<style>${pageStyle}</style>
</head>
<body>
<a class="skip" href="#app">Skip to the findings</a>
${banner(register)}<header class="top"><div>
<div class="about">
<h1>Dependencies on hosted models</h1>
${repositoriesLine(register)}
<p class="made">${escapeHtml(madeLine(register, options))}</p>
</div>
<button type="button" class="quiet theme" id="theme" hidden>Theme</button>
</div></header>
<nav class="bar" aria-label="Report"><div id="bar"></div></nav>
<main id="app" tabindex="-1">
<noscript><p>${headline(view).map(escapeHtml).join(' ')}</p>
${staticTables(view)}</noscript>
</main>
<script type="application/json" id="data">${embedJson(pageData(view, options))}</script>
<script>${pageScript}</script>
</body>
</html>
`
}

function banner(register: Register): string {
  if (!register.partial) return ''
  return '<div class="banner" role="alert"><p>Partial: the audit was stopped before its end. What is not here may still be used.</p></div>\n'
}

function repositoriesLine(register: Register): string {
  const shown = register.repositories.slice(0, 6)
  const left = register.repositories.length - shown.length
  const names = shown.map(
    (one) => `<bdi class="mono">${escapeHtml(shorten(repositoryLine(one), 160))}</bdi>`,
  )
  return names.length === 0
    ? ''
    : `<p>${names.join(', ')}${left > 0 ? ` and ${left} more` : ''}</p>`
}

function madeLine(register: Register, options: ReportOptions): string {
  const rules = register.tool.rules.replace(/^sha256:/, '').slice(0, 12)
  const made = options.timestamp === undefined ? '' : `, ${options.timestamp}`
  const { seen, read, skipped } = register.files
  const files = `${count(seen, 'file')} seen, ${count(read, 'read', 'read')}, ${skipped.length} skipped`
  const day = register.asOf === undefined ? '' : `; lifecycles as of ${register.asOf}`
  return `${files}${day}; holdfast ${register.tool.version}, rules ${rules}${made}`
}

/** What the script is given: the register, and what was computed from it here so that all formats agree. */
function pageData(view: RegisterView, options: ReportOptions): object {
  return {
    register: {
      ...view.register,
      workflows: undefined,
      gaps: undefined,
      repositories: view.register.repositories.map((one) => ({
        ...one,
        remote: remoteUrl(one.remote),
      })),
    },
    workflows: view.workflows.map((one) => one.workflow),
    workflowGaps: Object.fromEntries(
      view.workflows.map((one) => [
        one.workflow.id,
        { count: one.gaps.length, severity: worstSeverity(one) },
      ]),
    ),
    workflowFallbacks: Object.fromEntries(
      view.workflows.map(({ workflow }) => [workflow.id, (workflow.fallbacks ?? []).map(shown)]),
    ),
    gaps: view.gaps,
    grades: view.register.dependencies.map(view.gradeOf),
    steps: nextSteps(view),
    jurisdictions: options.jurisdictions ?? {},
    gapWords,
    gradeWords,
    roles: Role.options,
    show: options.show ?? rolesShownByDefault,
  }
}

function shown(fallback: WorkflowFallback) {
  return { name: fallbackName(fallback), ...standingWords(fallback) }
}

function worstSeverity(view: WorkflowView): Severity {
  const severities = new Set(view.gaps.map((gap) => gapWords[gap.kind].severity))
  return severities.has('high') ? 'high' : severities.has('medium') ? 'medium' : 'low'
}
