import { readFileSync } from 'node:fs'
import { join } from 'node:path'

/** A model of Epoch AI's list whose training was measured or estimated. */
export interface EpochModel {
  /** Vendors of ours among its organisations. */
  readonly vendors: readonly string[]
  /** Name in the form of an id: lower case, `-` for spaces. */
  readonly name: string
  readonly operations: number
}

/**
 * Reads Epoch AI's notable models. Estimates that Epoch itself calls speculative are left out, and so are names
 * with a remark in brackets, which no id of a vendor spells.
 */
export function readEpoch(root: string): readonly EpochModel[] {
  const rows = parseCsv(readFileSync(join(root, 'notable_ai_models.csv'), 'utf8'))
  return rows.flatMap((row) => {
    const name = row['Model'] ?? ''
    const operations = Number(row['Training compute (FLOP)'] ?? '')
    const sure = ['Confident', 'Likely'].includes(row['Confidence'] ?? '')
    if (!sure || !(operations > 0) || /[()]/.test(name)) return []
    const vendors = (row['Organization'] ?? '').split(',').flatMap((one) => makers[one] ?? [])
    if (vendors.length === 0) return []
    // Digits beyond the third only tell rows apart that would be equal otherwise.
    const rounded = Number(operations.toPrecision(3))
    return [{ vendors, name: name.toLowerCase().replaceAll(' ', '-'), operations: rounded }]
  })
}

/** Epoch's names of organisations. */
const makers: Readonly<Record<string, string>> = {
  '01.AI': '01-ai',
  Alibaba: 'alibaba',
  'Allen Institute for AI': 'allenai',
  Amazon: 'amazon',
  'Ant Group': 'inclusionai',
  Anthropic: 'anthropic',
  ByteDance: 'bytedance',
  Databricks: 'databricks',
  DeepSeek: 'deepseek',
  Google: 'google',
  'Google DeepMind': 'google',
  'Inflection AI': 'inflection',
  'LG AI Research': 'lg',
  'Meituan Inc': 'meituan',
  'Meta AI': 'meta',
  Microsoft: 'microsoft',
  'Mistral AI': 'mistral',
  Moonshot: 'moonshot',
  NVIDIA: 'nvidia',
  OpenAI: 'openai',
  'Reka AI': 'reka',
  'Stability AI': 'stability',
  'Technology Innovation Institute': 'tii',
  Tencent: 'tencent',
  'Xiaomi Corp': 'xiaomi',
  'Z.ai (Zhipu AI)': 'zhipu',
  xAI: 'xai',
}

/** Rows of a comma-separated file with quoted fields, by the names in its first line. */
function parseCsv(text: string): readonly Readonly<Record<string, string>>[] {
  const lines: string[][] = [[]]
  for (const match of text.matchAll(/("(?:[^"]|"")*"|[^,"\n]*)(,|\r?\n|$)/g)) {
    const [whole, field = '', end = ''] = match
    if (whole === '') break
    lines.at(-1)?.push(field.startsWith('"') ? field.slice(1, -1).replaceAll('""', '"') : field)
    if (end !== ',') lines.push([])
  }
  const [names = [], ...rows] = lines.filter((line) => line.length > 0)
  return rows.map((row) =>
    Object.fromEntries(names.map((name, index) => [name.replace(/^\uFEFF/, ''), row[index] ?? ''])),
  )
}
