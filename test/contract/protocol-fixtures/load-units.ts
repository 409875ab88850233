import { readdirSync } from 'node:fs'
import { codecs } from '../../../src/protocols/codecs.ts'
import type { ProtocolCodec } from '../../../src/protocols/index.ts'
import type { ProtocolFixture } from './protocol-fixture.ts'

export interface ProtocolUnit {
  readonly codec: ProtocolCodec
  readonly fixture: ProtocolFixture
}

export const listedCodecs: readonly ProtocolCodec[] = Object.values(codecs)

/** Codecs without a fixture: a test says that there are none. */
export const bareCodecs: readonly ProtocolCodec[] = listedCodecs.filter(
  ({ protocol }) => !readdirSync(import.meta.dirname).includes(`${protocol}.ts`),
)

/** Every codec with what its protocol brings to the tests. */
export function loadUnits(): Promise<readonly ProtocolUnit[]> {
  return Promise.all(
    listedCodecs
      .filter((codec) => !bareCodecs.includes(codec))
      .map(async (codec) => {
        const module = (await import(`./${codec.protocol}.ts`)) as {
          readonly fixture: ProtocolFixture
        }
        return { codec, fixture: module.fixture }
      }),
  )
}
