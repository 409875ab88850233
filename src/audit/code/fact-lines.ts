import type { Resolver } from '../../catalogue/index.ts'
import type { Detector, Language } from '../../schema/detector.ts'
import { compileDetectors, detectorsFor } from '../detector-set.ts'
import type { Fact, Value } from '../fact.ts'
import { extractCode } from './extract-code.ts'
import { languageOf } from './language-of.ts'

/** Facts as short lines, and a small resolver and detector, for the tests of this folder. */

const spelling = /(?:[\w-]+[/.])*(?:claude|gpt|gemini)-\w[\w.:-]*\w/g

/** Knows the shape of three families and nothing else. */
export const shapeResolver: Resolver = {
  resolve: () => ({
    kind: 'unknown',
    model: null,
    vendor: null,
    family: null,
    snapshot: null,
    provider: null,
    region: null,
    candidates: [],
  }),
  looksLikeModel: (text) => new RegExp(`^${spelling.source}$`).test(text),
  findSpellings: (text) =>
    [...text.matchAll(spelling)].map((match) => ({
      text: match[0],
      offset: match.index,
      vendor: 'example',
    })),
  providerOfHost: () => null,
  providerOfName: () => null,
  jurisdictionsOf: () => [],
}

const languages: Language[] = [
  'python',
  'javascript',
  'typescript',
  'tsx',
  'go',
  'java',
  'kotlin',
  'csharp',
  'ruby',
  'php',
  'rust',
  'swift',
  'elixir',
]

type CallGiven = Partial<Extract<Detector['rules'][number], { call: unknown }>['call']>

function rule(
  id: string,
  callee: string,
  call: CallGiven,
  emit: Partial<Detector['rules'][number]['emit']> = {},
): Detector['rules'][number] {
  return {
    id,
    emit: { fact: 'use', role: 'use', features: [], hidden: false, provider: 'lemon', ...emit },
    call: {
      languages,
      callee,
      where: {},
      model: [],
      modelOptional: false,
      fallbacks: [],
      baseUrl: [],
      region: [],
      credential: [],
      provider: [],
      ...call,
    },
  }
}

/** An SDK that exists in every language, called lemon. */
const lemon: Detector = {
  id: 'lemon',
  title: 'Lemon SDK',
  class: 'A',
  places: [1],
  version: 1,
  sources: [],
  keywords: ['lemon', 'Lemon'],
  rules: [
    rule('chat', '(^|\\.|->|::)squeeze$', {
      model: ['model', 'Model', '0'],
      fallbacks: ['fallbacks'],
    }),
    rule('builder', '(^|\\.)(modelName|model)$', { model: ['0'] }),
    rule('struct', '(^|\\.)LemonRequest$', { model: ['Model', 'model'] }),
    rule('using', '->using$', { model: ['1'], provider: ['0'] }),
    rule(
      'client',
      '(^|\\.|::)(Lemon|NewLemon|LemonClient)(\\.new|::new)?$',
      {
        modelOptional: true,
        baseUrl: ['base_url', 'baseURL', 'baseUrl', '0'],
        credential: ['api_key', 'apiKey'],
      },
      { fact: 'client' },
    ),
  ],
  fixtures: { hits: [], nearMisses: [] },
}

const set = compileDetectors([lemon])

export async function factsOf(path: string, content: string): Promise<readonly Fact[]> {
  const language = languageOf(path)
  if (language === null) return []
  const file = { path, content, context: 'production' as const }
  return extractCode(file, language, detectorsFor(set, path, content), shapeResolver)
}

/** `use 12 MODEL`, `declare 3 gpt-4o`, `define 3 MODEL = gpt-4o`, `client 5 client https://…`, in the order found. */
export async function factLines(path: string, content: string): Promise<readonly string[]> {
  return (await factsOf(path, content)).flatMap((fact) => factLine(fact) ?? [])
}

function factLine(fact: Fact): string | null {
  const { line } = fact.place
  switch (fact.kind) {
    case 'use':
      return `${fact.role} ${line} ${valueText(fact.model)}`
    case 'definition':
      return `define ${line} ${fact.name} = ${valueText(fact.value)}`
    case 'client':
      return `client ${line} ${fact.name ?? '?'} ${valueText(fact.baseUrl)}`
    case 'fallback':
      return `fallback ${line} ${valueText(fact.from)} > ${valueText(fact.to)}`
    case 'credential':
      return `credential ${line} ${fact.name ?? fact.form}`
    case 'setting':
      return `setting ${line} ${fact.key} = ${valueText(fact.value)}`
    case 'import':
      return `import ${fact.local} from ${fact.module} ${fact.imported}`
    case 'environment':
    case 'feature':
      return null
  }
}

function valueText(value: Value | null): string {
  if (value === null) return '-'
  switch (value.kind) {
    case 'literal':
      return value.text
    case 'name':
      return `<${value.name}>`
    case 'environment':
      return `env:${value.variable}${value.fallback === null ? '' : ` or ${valueText(value.fallback)}`}`
    case 'external':
      return `${value.source}${value.fallback === null ? '' : ` or ${valueText(value.fallback)}`}`
    case 'concatenation':
      return value.parts.map(valueText).join(' + ')
    case 'lookup':
      return `${value.table}[${valueText(value.key)}]`
    case 'choice':
      return value.options.map(valueText).join(' | ')
    case 'unknown':
      return '?'
  }
}
