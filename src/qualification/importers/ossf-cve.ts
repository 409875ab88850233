import { findingsQuestion } from './findings-question.ts'
import {
  type Entry,
  entriesOf,
  type ImportedRow,
  type Importer,
  isEntry,
  jsonDocument,
  taskId,
  textOf,
} from './importer.ts'

/** ossf-cve-benchmark (MIT): fixed vulnerabilities of JavaScript projects. It has labels alone; the user fetches the sources. */
export const ossfCve: Importer = {
  id: 'ossf-cve',
  title: 'ossf-cve-benchmark (`CVEs/CVE-….json`, with `sources/CVE-…/` beside it)',
  documentation: ['https://github.com/ossf-cve-benchmark/ossf-cve-benchmark'],
  fields: [
    'CVE',
    'CWEs',
    'prePatch.weaknesses[].location.file',
    'prePatch.weaknesses[].location.line',
  ],
  recognises: (file) => {
    const document = jsonDocument(file)
    return isEntry(document) && typeof document['CVE'] === 'string' && before(document) !== null
  },
  header: () => ({
    title: 'Fixed vulnerabilities of JavaScript projects',
    task: 'vulnerability-assessment',
    provenance: {
      kind: 'public',
      source: 'https://github.com/ossf-cve-benchmark/ossf-cve-benchmark',
    },
    redaction: { state: 'not-needed' },
    graders: [{ grader: 'findings', score: 'recall', lineWindow: 3 }],
  }),
  *read(file, tools) {
    const document = jsonDocument(file)
    if (!isEntry(document)) return
    const cve = String(document['CVE'])
    const [cwe] = (Array.isArray(document['CWEs']) ? document['CWEs'] : []).map(String)
    const byFile = Map.groupBy(
      entriesOf(before(document)?.['weaknesses']),
      (one) => textOf(isEntry(one['location']) ? one['location']['file'] : null) ?? '',
    )
    for (const [path, weaknesses] of byFile) {
      const place = `${file.name}: ${path}`
      const code = tools.sibling(`sources/${cve}/${path}`)
      const lines = weaknesses.map((one) => Number((one['location'] as Entry)['line']))
      yield taskOf({ cve, path, cwe, code, lines, place })
    }
  },
}

/** The commit before the fix; an older form of these files calls it the base of the patch. */
function before(document: Entry): Entry | null {
  const commit = document['prePatch'] ?? document['patchBase']
  return isEntry(commit) ? commit : null
}

function taskOf({
  cve,
  path,
  cwe,
  code,
  lines,
  place,
}: {
  readonly cve: string
  readonly path: string
  readonly cwe: string | undefined
  readonly code: string | null
  readonly lines: readonly number[]
  readonly place: string
}): ImportedRow {
  if (code === null)
    return { place, problem: `\`sources/${cve}/${path}\` is not there: fetch the sources first` }
  if (cwe === undefined || lines.some((line) => !(line > 0)))
    return { place, problem: 'no weakness or no line' }
  // Numbers have leading zeros there: CWE-079.
  const weakness = cwe.replace(/^CWE-0+/, 'CWE-')
  return {
    task: {
      id: taskId(cve, path),
      cluster: cve,
      request: { messages: [{ role: 'user', content: findingsQuestion(path, code) }] },
      expected: lines.map((line) => ({ line, cwe: weakness })),
    },
  }
}
