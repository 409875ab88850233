import { messageOf } from '../base/fault.ts'
import { pseudonymKeyBytesMin } from '../ledger/index.ts'
import type { HoldfastConfig } from '../schema/holdfast-config.ts'
import type { Store } from '../store/index.ts'
import { AdminTokens } from './admin/admin-tokens.ts'
import { captureSettings } from './capture/capture-settings.ts'
import { type CheckFinding, finding } from './check-finding.ts'
import { loadCallers } from './load-callers.ts'
import { RouteCredentials } from './route-credential.ts'
import { readPrivateKey, readPublicKey, readSecretBytes } from './read-key.ts'

export interface KeySources {
  readonly config: HoldfastConfig
  readonly folder: string
  readonly store: Store | null
  readonly at: string
}

/** Whether every key that holdfast.yaml names can be read and is of its kind. None of them is shown. */
export async function checkKeys(sources: KeySources): Promise<readonly CheckFinding[]> {
  const { config, folder, store, at } = sources
  const callers = await loadCallers({ config, folder, store, at })
  const tokens = await AdminTokens.read(config, folder)
  const isClosed = tokens.isEmpty && config.admin?.oidc === undefined
  const closed = isClosed
    ? [
        finding(
          'keys',
          'note',
          `${(config.admin?.tokens ?? []).length === 0 ? 'no `admin.tokens`' : 'none of `admin.tokens` counts'}: the admin port will answer for health only`,
        ),
      ]
    : []
  return [
    ...withoutRepeats([...(await ledgerKeys(sources)), ...(await captureKeys(sources))]),
    ...credentialProblems(sources),
    ...callers.problems.map((text) => finding('keys', 'problem', text)),
    ...callers.doubts.map((text) => finding('keys', 'warning', text)),
    ...(callers.keys.size === 0 && config.oidc === undefined
      ? [finding('keys', 'warning', 'no caller has a key: nobody can call the gateway')]
      : []),
    ...tokens.problems.map((text) => finding('keys', 'problem', text)),
    ...closed,
  ]
}

/** A key that serves several purposes is told of once. */
function withoutRepeats(findings: readonly CheckFinding[]): readonly CheckFinding[] {
  return findings.filter(
    ({ message }, index) => findings.findIndex((one) => one.message === message) === index,
  )
}

async function captureKeys({ config, folder }: KeySources): Promise<readonly CheckFinding[]> {
  try {
    await captureSettings(folder, config)
    return []
  } catch (error) {
    return [finding('keys', 'problem', messageOf(error))]
  }
}

function credentialProblems({ config, folder }: KeySources): readonly CheckFinding[] {
  const found: CheckFinding[] = []
  const credentials = new RouteCredentials(folder, (text) =>
    found.push(finding('keys', 'problem', text)),
  )
  for (const route of config.routes) credentials.of(route)
  return found
}

async function ledgerKeys({ config, folder }: KeySources): Promise<readonly CheckFinding[]> {
  const { ledger } = config
  if (ledger === undefined)
    return [finding('keys', 'warning', 'holdfast.yaml has no `ledger`: decisions are not recorded')]
  const place = (name: string, reference: string) => ({ reference, folder, name: `ledger.${name}` })
  const { signingKey, idKey, digestKey, counselKey } = ledger
  const missing = [
    ...(signingKey === undefined
      ? ['`ledger.signingKey`: nothing can be recorded without it']
      : []),
    ...(idKey === undefined
      ? ['`ledger.idKey`: no caller can stand in the ledger without it']
      : []),
    ...(counselKey === undefined
      ? config.workflows
          .filter(({ keepContents }) => keepContents === true)
          .map(
            ({ id }) =>
              `\`ledger.counselKey\`: workflow \`${id}\` keeps contents, and nothing seals them`,
          )
      : []),
  ].map((text) => finding('keys', 'problem', `missing ${text}`))
  const reads = [
    signingKey === undefined
      ? null
      : () => readPrivateKey(place('signingKey', signingKey), 'ed25519'),
    idKey === undefined ? null : () => readSecretBytes(place('idKey', idKey), pseudonymKeyBytesMin),
    digestKey === undefined
      ? null
      : () => readSecretBytes(place('digestKey', digestKey), pseudonymKeyBytesMin),
    counselKey === undefined
      ? null
      : () => readPublicKey(place('counselKey', counselKey), 'x25519'),
  ]
  const found: CheckFinding[] = []
  for (const read of reads) {
    await read?.().catch((error: unknown) =>
      found.push(finding('keys', 'problem', messageOf(error))),
    )
  }
  return [...missing, ...found]
}
