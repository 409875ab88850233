import assert from 'node:assert/strict'
import { test } from 'node:test'
import { HoldfastConfig } from '../../schema/holdfast-config.ts'
import { traceSettings } from './trace-settings.ts'

function found(traces: object | undefined, environment: Readonly<Record<string, string>> = {}) {
  const gateway = traces === undefined ? {} : { gateway: { traces } }
  const config = HoldfastConfig.parse({ version: 1, organisation: { name: 'Acme' }, ...gateway })
  return traceSettings({ config, folder: '/', environment })
}

async function problem(...sources: Parameters<typeof found>): Promise<string> {
  const settings = await found(...sources)
  return typeof settings === 'string' ? settings : 'none'
}

const usual = { endpoint: null, headers: {}, isJson: false, sampleRatio: 1, propagate: false }

test('the environment alone turns nothing on, and can turn all off', async () => {
  const environment = { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://collector:4318' }
  assert.equal(await found(undefined, environment), null)
  assert.equal(await found({}, { ...environment, OTEL_SDK_DISABLED: 'True' }), null)
  assert.deepEqual(await found({}, environment), usual)
})

test('an address of the environment that no library could use is told, unless another is written', async () => {
  for (const name of ['OTEL_EXPORTER_OTLP_ENDPOINT', 'OTEL_EXPORTER_OTLP_TRACES_ENDPOINT'])
    for (const address of ['collector', 'collector:4318', 'ftp://collector']) {
      const environment = { [name]: address }
      assert.equal(
        await found({}, environment),
        `nothing is traced: ${name} is no http or https address`,
      )
      const endpoint = 'https://mine.example/v1/traces'
      assert.deepEqual(await found({ endpoint }, environment), { ...usual, endpoint })
    }
  assert.deepEqual(await found({}, { OTEL_EXPORTER_OTLP_ENDPOINT: ' ' }), usual)
})

test('of the protocols two are spoken, and the one for traces wins', async () => {
  const general = { OTEL_EXPORTER_OTLP_PROTOCOL: 'grpc' }
  assert.match(await problem({}, general), /^nothing is traced: .*PROTOCOL/)
  const own = { ...general, OTEL_EXPORTER_OTLP_TRACES_PROTOCOL: 'http/json' }
  assert.deepEqual(await found({}, own), { ...usual, isJson: true })
})

test('a header line that cannot be read turns traces off and says which', async () => {
  const headers = { Authorization: 'env:HOLDFAST_TEST_NOWHERE' }
  assert.match(
    await problem({ headers }),
    /^nothing is traced: .*gateway\.traces\.headers\.Authorization/,
  )
})
