import { posix } from 'node:path'
import type { StructureFormat } from './structured-node.ts'

const byExtension: Readonly<Record<string, StructureFormat>> = {
  yaml: 'yaml',
  yml: 'yaml',
  json: 'json',
  jsonc: 'json',
  json5: 'json',
  prompt: 'json',
  webmanifest: 'json',
  template: 'yaml',
  bru: 'json',
  arb: 'json',
  flow: 'json',
  asl: 'json',
  toml: 'toml',
  tf: 'hcl',
  tofu: 'hcl',
  tfvars: 'hcl',
  hcl: 'hcl',
  nomad: 'hcl',
  env: 'dotenv',
  envrc: 'dotenv',
  ini: 'ini',
  cfg: 'ini',
  conf: 'ini',
  properties: 'properties',
  xml: 'xml',
  csproj: 'xml',
  fsproj: 'xml',
  vbproj: 'xml',
  props: 'xml',
  targets: 'xml',
  config: 'xml',
  plist: 'xml',
  xaml: 'xml',
  ipynb: 'notebook',
  bicep: 'bicep',
  bicepparam: 'bicep',
  dockerfile: 'dockerfile',
  containerfile: 'dockerfile',
}

/** The structured format of a file by its name, checked against its first characters; null: not structured. */
export function formatOf(path: string, content: string): StructureFormat | null {
  const name = posix.basename(path)
  const lower = name.toLowerCase()
  if (/^(?:codeowners|\.editorconfig|\.gitattributes)$/.test(lower)) return null
  const start = content
    .slice(0, 2_000)
    .replace(/^\uFEFF/, '')
    .trimStart()
  if (/^(?:dockerfile|containerfile)(?:\.[\w.-]+)?$/.test(lower)) return 'dockerfile'
  if (isDotenvName(lower)) return 'dotenv'
  if (/\.mdx?$|\.mdc$|\.markdown$/.test(lower))
    return /^---\s*$/m.test(start.slice(0, 5)) ? 'front-matter' : null
  if (isYamlName(lower)) return 'yaml'
  if (isJsonName(lower)) return 'json'
  if (/^(?:\.pr_agent|pipfile|poetry)$|^(?:cargo|poetry|uv|pdm)\.lock$/.test(lower)) return 'toml'
  // `deploy.yaml.tmpl`, `values.yaml.gotmpl`, `config.toml.example`, `settings.json.j2`.
  const undecorated = lower.replace(
    /\.(?:tmpl|gotmpl|tpl|j2|jinja2?|erb|example|sample|dist|template|default|bak|in)$/,
    '',
  )
  const plain = undecorated.includes('.') ? undecorated : lower
  const extension = /\.([a-z0-9]+)$/.exec(plain)?.[1] ?? ''
  const format = byExtension[extension] ?? null
  return format === null ? null : fitting(format, lower, start)
}

function isDotenvName(name: string): boolean {
  return (
    /^\.env(?:[.-][\w.-]+)?$/.test(name) ||
    /^\.?env(?:ironment)?[.-](?:template|example|sample|dist|local|dev|development|prod|production|staging|test|defaults?)$/.test(
      name,
    ) ||
    /^(?:\.envrc|\.flaskenv|\.dev\.vars|env|procfile\.env)$/.test(name) ||
    /\.env(?:\.[\w-]+)?$/.test(name)
  )
}

function isYamlName(name: string): boolean {
  return /^(?:\.clang-format|\.yamllint|procfile(?:\.\w+)?|\.aider\.conf|\.sops)$/.test(name)
}

function isJsonName(name: string): boolean {
  return /^(?:\.babelrc|\.eslintrc|\.roomodes|oai_config_list|\.prettierrc|\.swcrc)$/.test(name)
}

/** Extensions that several languages share are settled by how the text begins. */
function fitting(format: StructureFormat, name: string, start: string): StructureFormat | null {
  if (format === 'xml' && name.endsWith('.config') && !start.startsWith('<')) {
    return start.startsWith('{') ? 'json' : 'ini'
  }
  if (name.endsWith('.template') || name.endsWith('.flow')) {
    return start.startsWith('{') ? 'json' : /^[\w"'-]+\s*:/m.test(start) ? 'yaml' : null
  }
  if (name.endsWith('.prompt')) {
    return start.startsWith('{') ? 'json' : start.startsWith('---') ? 'front-matter' : null
  }
  if (format === 'ini' && name.endsWith('.conf') && start.startsWith('{')) return 'json'
  if (format === 'ini' && name.endsWith('.conf') && /^\w[\w.]*\s*\{/m.test(start)) return 'hcl'
  if (format === 'yaml' && start.startsWith('{') && !start.startsWith('{{')) return 'json'
  if (format === 'json' && start !== '' && !/^[{[/"]/.test(start)) return null
  return format
}
