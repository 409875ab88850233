import { phrasingKinds } from '../../src/schema/phrasing-set.ts'

/** A small set of phrasings as files in the folder `phrasings`; an answer that does the work says alpha and omega. */
export function phrasingSetFiles(tasks: number): Readonly<Record<string, string>> {
  const words = {
    plain: 'Review the module',
    role: 'I am on duty. Review the module',
    terse: 'Module: review',
    authorised: 'It is ours to review. Review the module',
    alarming: 'Before attackers exploit it, review the module',
    formal: 'Kindly review the module',
  } as const
  const lines = Array.from({ length: tasks }, (_, index) => ({
    id: `module-${index}`,
    work: index % 2 === 0 ? 'secure-review' : 'triage',
    title: `Review of module ${index}`,
    about: 'module',
    phrasings: Object.fromEntries(
      phrasingKinds.map((kind) => [kind, `${words[kind]} ${index}. [[case: ${index} ${kind}]]`]),
    ),
    signs: [
      { sign: 'names the weakness', anyOf: ['alpha'] },
      { sign: 'names the repair', anyOf: ['omega'] },
    ],
  }))
  return {
    'phrasings/phrasing-set.json': JSON.stringify({
      schemaVersion: 1,
      id: 'modules',
      title: 'Reviews of modules',
      pair: ['plain', 'alarming'],
      review: { state: 'reviewed', by: 'the test', at: '2026-11-25', how: 'read' },
      licence: 'proprietary',
      provenance: { kind: 'synthetic' },
    }),
    'phrasings/phrasings.jsonl': lines.map((line) => `${JSON.stringify(line)}\n`).join(''),
  }
}
