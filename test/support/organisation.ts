import assert from 'node:assert/strict'
import { createPrivateKey, type KeyObject, randomBytes } from 'node:crypto'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { Ledger, nodeFiles, noteSigner } from '../../src/ledger/index.ts'
import { holdfast, temporaryFolder } from '../system/holdfast.ts'

/** A folder with keys and a holdfast.yaml; hosts in private networks are those that are named. */
export function organisation(...privateHosts: readonly string[]): string {
  const folder = temporaryFolder()
  const keys = holdfast(['ledger', 'keys', 'init', '--directory', 'keys'], { cwd: folder })
  assert.equal(keys.status, 0, keys.stderr)
  writeFileSync(
    join(folder, 'holdfast.yaml'),
    `version: 1\norganisation: { name: Acme Freight }\n${keys.stdout}egress:\n  privateHosts: ${JSON.stringify(privateHosts)}\n`,
  )
  return folder
}

export const gatewayOrigin = 'acme-freight/holdfast/gateway'

/** What another process of the organisation would have recorded, by a clock of its own. */
export async function recordEntries(folder: string, count: number, now = Date.now): Promise<void> {
  const ledger = await Ledger.open({
    root: join(folder, '.holdfast/ledger'),
    signer: noteSigner(gatewayOrigin, signingKey(folder)),
    files: nodeFiles,
    now,
    after: (ms, then) => void setTimeout(then, ms),
    random: randomBytes,
  })
  for (let number = 0; number < count; number += 1)
    ledger.record({ kind: 'drill', drill: `drill-${number}`, event: 'began', by: ['rivka'] })
  await ledger.close()
}

function signingKey(folder: string): KeyObject {
  return createPrivateKey(readFileSync(join(folder, 'keys/ledger-signing.pem')))
}
