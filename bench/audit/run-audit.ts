import { execFile } from 'node:child_process'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { promisify } from 'node:util'
import { audit } from '../../src/audit/index.ts'
import { prepareAudit } from '../../src/cli/prepare-audit.ts'
import { loadConfig } from '../../src/cli/load-config.ts'
import type { HoldfastConfig } from '../../src/schema/holdfast-config.ts'
import type { Register } from '../../src/schema/register.ts'

/** The one place where the benchmark meets the audit: the same wiring as the command line, without its cache. */

/** The day on which floating names are read, so that a run next year gives the same figures. */
const asOf = '2026-11-01'

type Prepared = Awaited<ReturnType<typeof prepareAudit>>

export interface Tree {
  readonly files: Readonly<Record<string, string>>
  readonly config: string | undefined
}

export async function createAuditor(): Promise<(tree: Tree) => Promise<Register>> {
  const scratch = await mkdtemp(path.join(tmpdir(), 'holdfast-bench-'))
  const plain = await prepare(null, path.join(scratch, 'holdfast.yaml'))
  await rm(scratch, { recursive: true })
  return async (tree) => {
    const folder = await mkdtemp(path.join(tmpdir(), 'holdfast-bench-'))
    // Workflows are named after folders: this one is called the same in every run.
    const root = path.join(folder, 'tree')
    try {
      await writeTree(root, tree)
      const configPath = path.join(root, 'holdfast.yaml')
      const config = tree.config === undefined ? null : await loadConfig(configPath, true)
      const prepared = config === null ? plain : await prepare(config, configPath)
      return await audit({ ...prepared.options, roots: [root] })
    } finally {
      await rm(folder, { recursive: true, force: true })
    }
  }
}

function prepare(config: HoldfastConfig | null, configPath: string): Promise<Prepared> {
  return prepareAudit(
    { rules: [], exclude: [], cache: false, owners: false, asOf },
    config,
    configPath,
  )
}

/** Files of a case, in a repository without commits, as they would lie before the first one. */
async function writeTree(root: string, tree: Tree): Promise<void> {
  const all = {
    ...tree.files,
    ...(tree.config === undefined ? {} : { 'holdfast.yaml': tree.config }),
  }
  for (const [name, text] of Object.entries(all)) {
    const target = path.join(root, name)
    await mkdir(path.dirname(target), { recursive: true })
    await writeFile(target, text)
  }
  await promisify(execFile)('git', ['init', '--quiet', root], {
    env: {
      PATH: process.env['PATH'],
      GIT_CONFIG_GLOBAL: '/dev/null',
      GIT_CONFIG_SYSTEM: '/dev/null',
    },
  })
}
