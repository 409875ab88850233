import {
  type Importer,
  type ImportFile,
  entriesOf,
  isEntry,
  jsonDocument,
  taskId,
  wordOf,
  textOf,
} from './importer.ts'
import { findingsQuestion } from './findings-question.ts'

/** CASTLE (MIT): small programs in C, each with one weakness and its lines, or with none. */
export const castle: Importer = {
  id: 'castle',
  title: 'CASTLE benchmark (`datasets/CASTLE-C250.min.json`)',
  documentation: ['https://github.com/CASTLE-Benchmark/CASTLE-Benchmark'],
  fields: [
    'tests[].id',
    'tests[].name',
    'tests[].vulnerable',
    'tests[].cwe',
    'tests[].lines',
    'tests[].code',
  ],
  recognises: (file) => documentOf(file)?.['dataset'] === 'CASTLE-Benchmark',
  header: (file) => ({
    title: `CASTLE ${wordOf(documentOf(file)?.['version'])}`.trim(),
    task: 'vulnerability-assessment',
    licence: 'MIT',
    provenance: { kind: 'public', source: 'https://github.com/CASTLE-Benchmark/CASTLE-Benchmark' },
    redaction: { state: 'not-needed' },
    // A program may have further weaknesses than the one it was written for.
    graders: [{ grader: 'findings', score: 'recall', lineWindow: 3 }],
  }),
  *read(file) {
    for (const [index, test] of entriesOf(documentOf(file)?.['tests']).entries()) {
      const place = `${file.name}: test ${index + 1}`
      const [name, code, cwe] = [textOf(test['name']), textOf(test['code']), Number(test['cwe'])]
      const lines = (Array.isArray(test['lines']) ? test['lines'] : []).map(Number)
      const first = lines[0]
      if (name === null || code === null || typeof test['vulnerable'] !== 'boolean')
        yield { place, problem: 'no `name`, `code` or `vulnerable`' }
      else if (test['vulnerable'] && (first === undefined || !Number.isSafeInteger(cwe)))
        yield { place, problem: 'vulnerable, and no `lines` or `cwe`' }
      else
        yield {
          task: {
            id: taskId(`castle-${wordOf(test['id'] ?? index + 1)}`),
            cluster: `CWE-${cwe}`,
            request: { messages: [{ role: 'user', content: findingsQuestion(name, code) }] },
            ...(/^[\w-][\w./-]*$/.test(name) && !name.includes('..')
              ? { files: { [name]: code } }
              : {}),
            ...(test['vulnerable']
              ? {
                  expected: [
                    { line: Math.min(...lines), endLine: Math.max(...lines), cwe: `CWE-${cwe}` },
                  ],
                }
              : { expected: [], graders: [{ grader: 'findings', score: 'f1' }] }),
          },
        }
    }
  },
}

function documentOf(file: ImportFile) {
  const document = jsonDocument(file)
  return isEntry(document) ? document : null
}
