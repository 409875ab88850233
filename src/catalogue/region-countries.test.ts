import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { regionCountries } from './region-countries.ts'
import { shippedCatalogue } from './shipped.test.ts'

const catalogue = shippedCatalogue()
const countryOf = regionCountries(catalogue)

suite('the country of a region', () => {
  test('regions of the large clouds are known', () => {
    for (const [provider, region, country] of [
      ['aws-bedrock', 'eu-central-1', 'DE'],
      ['aws-bedrock', 'us-gov-west-1', 'US'],
      ['aws-sagemaker', 'ap-northeast-1', 'JP'],
      ['azure', 'Germany West Central', 'DE'],
      ['azure', 'northeurope', 'IE'],
      ['google-vertex', 'europe-west9', 'FR'],
      ['google-vertex', 'europe-central2', 'PL'],
      ['oci', 'eu-frankfurt-1', 'DE'],
      ['watsonx', 'eu-gb', 'GB'],
    ] as const) {
      assert.equal(countryOf(provider, region), country, `${provider} ${region}`)
    }
  })

  test('the same name lies elsewhere at another cloud', () => {
    assert.equal(countryOf('aws-bedrock', 'eu-west-1'), 'IE')
    assert.equal(countryOf('alibaba', 'eu-west-1'), 'GB')
  })

  test('two letters are a country, whoever serves', () => {
    assert.equal(countryOf('self', 'de'), 'DE')
    assert.equal(countryOf(null, 'FR'), 'FR')
    assert.equal(countryOf('self', 'uk'), 'GB')
    assert.equal(countryOf('aws-bedrock', 'eu'), 'EU')
  })

  test('what no source lists is unknown', () => {
    assert.equal(countryOf('aws-bedrock', 'eu-nowhere-9'), null)
    assert.equal(countryOf('aws-bedrock', 'global'), null)
    assert.equal(countryOf('openai', 'eu-central-1'), null)
    assert.equal(countryOf('aws-bedrock', null), null)
    assert.equal(countryOf(null, 'eu-central-1'), null)
    assert.equal(regionCountries({})('aws-bedrock', 'eu-central-1'), null)
  })

  test('clouds and their providers are those of the catalogue', () => {
    const providers = new Set(catalogue.providers.map(({ id }) => id))
    for (const cloud of catalogue.regions?.clouds ?? []) {
      for (const provider of cloud.providers) assert.ok(providers.has(provider), provider)
      assert.ok(Object.keys(cloud.regions).length >= 15, cloud.id)
    }
  })
})
