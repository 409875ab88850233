import { parse } from 'yaml'
import type { GraderSettings } from '../../schema/grader-settings.ts'
import type { Task } from '../../schema/task-set.ts'
import { conversationOf } from './chat-messages.ts'
import { csvRows } from './csv-rows.ts'
import {
  type Entry,
  entriesOf,
  type ImportedRow,
  type Importer,
  type ImportFile,
  type ImportTools,
  isEntry,
  taskId,
  textOf,
} from './importer.ts'
import { readAssertion } from './promptfoo-assertion.ts'

/** Configurations of promptfoo: every prompt with every test is a task. */
export const promptfoo: Importer = {
  id: 'promptfoo',
  title: 'promptfoo configurations (YAML or JSON)',
  documentation: [
    'https://www.promptfoo.dev/docs/configuration/reference/',
    'https://www.promptfoo.dev/docs/configuration/expected-outputs/',
  ],
  fields: [
    'description',
    'prompts',
    'defaultTest',
    'tests[].description',
    'tests[].vars',
    'tests[].assert',
  ],
  recognises: (file) => {
    const config = configOf(file)
    return (
      config !== null &&
      'prompts' in config &&
      ('tests' in config || 'providers' in config || 'targets' in config)
    )
  },
  header: (file) => {
    const title = textOf(configOf(file)?.['description'])
    return title === null ? {} : { title }
  },
  *read(file, tools) {
    const config = configOf(file) ?? {}
    const prompts = promptsOf(config['prompts'], tools)
    const base = isEntry(config['defaultTest']) ? config['defaultTest'] : {}
    const { tests, problems } = testsOf(config['tests'], tools)
    for (const problem of problems) yield { place: file.name, problem }
    for (const [number, test] of tests.entries())
      for (const [index, prompt] of prompts.entries())
        yield* tasksOf(
          {
            test,
            base,
            prompt,
            name: taskId('test', number + 1, ...(prompts.length > 1 ? [index + 1] : [])),
            place: `${file.name}: test ${number + 1}`,
          },
          tools,
        )
  },
}

function configOf(file: ImportFile): Entry | null {
  if (!/\.(?:ya?ml|json)$/i.test(file.name) || !/\bprompts\b/.test(file.text)) return null
  try {
    const value: unknown = parse(file.text, { maxAliasCount: 100 })
    return isEntry(value) ? value : null
  } catch {
    return null
  }
}

/** Texts, or why there is none. */
type Prompt = { readonly text: string } | { readonly problem: string }

function promptsOf(value: unknown, tools: ImportTools): readonly Prompt[] {
  const list: readonly unknown[] = Array.isArray(value) ? value : [value]
  return list.flatMap((one): readonly Prompt[] => {
    const text = isEntry(one) ? (textOf(one['raw']) ?? textOf(one['id'])) : textOf(one)
    if (text === null) return [{ problem: 'a prompt is no text' }]
    if (!text.startsWith('file://')) return [{ text }]
    const path = text.slice('file://'.length)
    const content = /\.(?:txt|md|json|ya?ml)$/i.test(path) ? tools.sibling(path) : null
    if (content === null)
      return [{ problem: `the prompt \`${path}\` is a program, or cannot be read` }]
    // A file of texts holds several prompts, with lines of `---` between.
    return /\.txt$/i.test(path)
      ? content.split(/^---\s*$/m).map((part) => ({ text: part.trim() }))
      : [{ text: content }]
  })
}

function testsOf(
  value: unknown,
  tools: ImportTools,
): { readonly tests: readonly Entry[]; readonly problems: readonly string[] } {
  const list: readonly unknown[] = Array.isArray(value) ? value : value === undefined ? [] : [value]
  const tests: Entry[] = []
  const problems: string[] = []
  for (const one of list) {
    if (isEntry(one)) tests.push(one)
    else if (typeof one === 'string') {
      const read = testFile(one.replace(/^file:\/\//, ''), tools)
      if (read === null) problems.push(`the tests \`${one}\` are a program, or cannot be read`)
      else tests.push(...read)
    }
  }
  return { tests, problems }
}

function testFile(path: string, tools: ImportTools): readonly Entry[] | null {
  const content = /\.(?:ya?ml|jsonl?|csv)$/i.test(path) ? tools.sibling(path) : null
  if (content === null) return null
  if (/\.csv$/i.test(path))
    return csvRows(content).flatMap((row) => (row === null ? [] : [testOfRow(row)]))
  if (/\.jsonl$/i.test(path))
    return content.split('\n').flatMap((line) => entriesOf([parsed(line)]))
  return entriesOf(parsed(content))
}

/** Columns that begin with `__expected` are assertions, written `type: value` or as a text that is to be equal. */
function testOfRow(row: Readonly<Record<string, string>>): Entry {
  const vars = Object.entries(row).filter(([name]) => !name.startsWith('__'))
  const asserts = Object.entries(row).flatMap(([name, cell]) => {
    if (!/^__expected\d*$/.test(name) || cell === '') return []
    return [assertionOfCell(cell)]
  })
  return { vars: Object.fromEntries(vars), assert: asserts, description: row['__description'] }
}

/** `contains: text`, `similar(0.8): text`, `is-json`; anything else is a text that is to be equal. */
function assertionOfCell(cell: string): Entry {
  const typed =
    /^(?<type>[a-z-]{2,40})(?:\([\d.]{1,8}\))?:\s*(?<value>[\s\S]*)$/.exec(cell)?.groups ??
    /^(?<type>(?:not-)?(?:is|contains)-(?:json|refusal|sql|xml|html))$/.exec(cell)?.groups
  if (typed === undefined) return { type: 'equals', value: cell }
  const type = typed['type'] === 'grade' ? 'llm-rubric' : typed['type']
  return { type, value: typed['value'] }
}

function parsed(text: string): unknown {
  try {
    return parse(text, { maxAliasCount: 100 })
  } catch {
    return null
  }
}

interface TestOfPrompt {
  readonly test: Entry
  readonly base: Entry
  readonly prompt: Prompt
  readonly name: string
  readonly place: string
}

function* tasksOf(
  { test, base, prompt, name, place }: TestOfPrompt,
  tools: ImportTools,
): Iterable<ImportedRow> {
  if ('problem' in prompt) {
    yield { place, problem: prompt.problem }
    return
  }
  const vars = { ...membersOf(base['vars']), ...membersOf(test['vars']) }
  const asserted = [...entriesOf(base['assert']), ...entriesOf(test['assert'])]
  const choices = combinations(vars)
  for (const [index, values] of choices.entries()) {
    const filled = fill(prompt.text, values, tools)
    const request = filled === null ? null : conversationOf(filled)
    if (request === null) {
      yield {
        place,
        problem: 'the template uses more than `{{name}}`, or a value of it is missing',
      }
      continue
    }
    const read = asserted.map((one) =>
      readAssertion(one, (text) => fill(text, values, tools) ?? text),
    )
    const graders = read.flatMap((one): readonly GraderSettings[] => one.graders)
    const expected = read.find((one) => one.expected !== undefined)?.expected
    yield {
      task: {
        id: choices.length > 1 ? `${name}-${index + 1}` : name,
        request,
        ...(expected === undefined ? {} : { expected: expected as NonNullable<Task['expected']> }),
        ...(graders.length === 0 ? {} : { graders: [...graders] }),
      },
      notes: read.flatMap(({ note }) => (note === null ? [] : [`${place}: ${note}`])),
    }
  }
}

function membersOf(value: unknown): Entry {
  return isEntry(value) ? value : {}
}

/** A variable that is a list stands for each of its values in turn. */
function combinations(vars: Entry): readonly Entry[] {
  return Object.entries(vars).reduce<readonly Entry[]>(
    (all, [name, value]) =>
      (Array.isArray(value) ? value : [value])
        .flatMap((one: unknown) => all.map((entry) => ({ ...entry, [name]: one })))
        .slice(0, combinationsMax),
    [{}],
  )
}

const combinationsMax = 10_000

/** `{{ name }}` and `{{ name.member }}`; null: the template does more. */
function fill(template: string, vars: Entry, tools: ImportTools): string | null {
  if (/\{%|\{#/.test(template)) return null
  let isWhole = true
  const text = template.replace(/\{\{-?\s*(?<path>[^{}]{1,200}?)\s*-?\}\}/g, (_, path: string) => {
    const value = /^[\w.]+$/.test(path)
      ? path
          .split('.')
          .reduce<unknown>((here, step) => (isEntry(here) ? here[step] : undefined), vars)
      : undefined
    if (value === undefined || value === null) isWhole = false
    if (typeof value === 'string' && value.startsWith('file://')) {
      const content = tools.sibling(value.slice('file://'.length))
      if (content === null) isWhole = false
      return content ?? ''
    }
    return typeof value === 'string' ? value : JSON.stringify(value ?? '')
  })
  return isWhole ? text : null
}
