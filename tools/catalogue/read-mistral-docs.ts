import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { licenceName } from './read-hub-models.ts'

/** What Mistral's own documentation says of a model's weights. */
export interface MistralModel {
  /** Names on Mistral's API, floating ones left out. */
  readonly names: readonly string[]
  readonly open: boolean
  readonly licence: string | null
}

/** Reads the table of models in a checkout of Mistral's documentation: one TypeScript literal a file. */
export function readMistralDocs(root: string): readonly MistralModel[] {
  const folder = join(root, 'src', 'schema', 'models', 'models')
  return readdirSync(folder)
    .toSorted()
    .filter((name) => name.endsWith('.ts') && name !== 'index.ts')
    .map((name) => readModel(readFileSync(join(folder, name), 'utf8')))
}

function readModel(text: string): MistralModel {
  const names = /apiNames: \[([^\]]*)\]/.exec(text)?.[1] ?? ''
  const licences = new Set([...text.matchAll(/^ {6}license: '([^']+)'/gm)].map((match) => match[1]))
  const [licence] = licences
  return {
    names: [...names.matchAll(/'([^']+)'/g)]
      .map((match) => match[1] ?? '')
      .filter((name) => !name.endsWith('-latest')),
    open: /^ {6}url: 'https:\/\/huggingface\.co\//m.test(text),
    licence: licences.size === 1 && licence !== undefined ? licenceName(licence) : null,
  }
}
