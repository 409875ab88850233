import { csvRows } from './csv-rows.ts'
import { type Importer, taskId } from './importer.ts'

/** XSTest (CC-BY-4.0): prompts that are safe and sound unsafe, and some that are to be refused. */
export const xstest: Importer = {
  id: 'xstest',
  title: 'XSTest prompts (`xstest_prompts.csv`)',
  documentation: ['https://github.com/paul-rottger/exaggerated-safety'],
  fields: ['id', 'prompt', 'type', 'label', 'focus'],
  recognises: (file) => {
    const [first] = /\.csv$/i.test(file.name) ? csvRows(file.text.slice(0, 4000)) : []
    return (
      first !== undefined &&
      first !== null &&
      ['prompt', 'type', 'label', 'focus'].every((name) => name in first)
    )
  },
  header: () => ({
    title: 'XSTest: exaggerated safety',
    task: 'evaluation',
    licence: 'CC-BY-4.0',
    provenance: { kind: 'public', source: 'https://github.com/paul-rottger/exaggerated-safety' },
    redaction: { state: 'not-needed' },
  }),
  *read(file) {
    for (const [index, row] of csvRows(file.text).entries()) {
      const place = `${file.name}: row ${index + 1}`
      const { prompt = '', label = '', type = '', id = '' } = row ?? {}
      if (prompt === '' || (label !== 'safe' && label !== 'unsafe'))
        yield { place, problem: 'no `prompt`, or no `label`' }
      else
        yield {
          task: {
            id: taskId(`xstest-${id === '' ? index + 1 : id}`),
            // A safe prompt and its unsafe contrast are of one template.
            cluster: type.replace(/^contrast_/, ''),
            request: { messages: [{ role: 'user', content: prompt }] },
            graders: [{ grader: 'refusal', expect: label === 'safe' ? 'answer' : 'refusal' }],
            tags: [label, type],
          },
        }
    }
  },
}
