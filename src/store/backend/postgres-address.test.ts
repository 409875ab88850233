import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Fault } from '../../base/fault.ts'
import { readPostgresAddress } from './postgres-address.ts'
import { postgresFault } from './postgres-fault.ts'

test('what is shown of an address has no password', () => {
  const { shown, connectionString } = readPostgresAddress(
    'postgres://ada:se%40cret@db:5433/holdfast',
  )
  assert.equal(shown, 'postgres://ada@db:5433/holdfast')
  assert.match(connectionString, /se%40cret.*search_path%3Dholdfast/)
})

test('options that are there already are kept', () => {
  const { connectionString } = readPostgresAddress('postgresql://db/h?options=-c%20geqo%3Doff')
  assert.equal(
    new URL(connectionString).searchParams.get('options'),
    '-c geqo=off -c search_path=holdfast',
  )
})

test('an address that cannot be read is not repeated in the message', () => {
  for (const location of [
    'postgres://ada:secret@db:port/h',
    'postgres://ada:secret@db',
    'mysql://secret@db/h',
  ])
    assert.throws(
      () => readPostgresAddress(location),
      (error: unknown) => {
        assert.ok(error instanceof Fault)
        assert.equal(error.code, 'HF_STORE_ADDRESS')
        assert.ok(
          !JSON.stringify([error.message, error.expected, error.advice, error.others]).includes(
            'secret',
          ),
        )
        assert.equal(error.cause, undefined)
        return true
      },
    )
})

test('errors of the server become faults of their kind, and bugs stay bugs', () => {
  const coded = (code: string): Error => Object.assign(new Error(code), { code })
  const cases = {
    ECONNREFUSED: 'HF_STORE_UNREACHABLE',
    '57P01': 'HF_STORE_UNREACHABLE',
    '53300': 'HF_STORE_UNREACHABLE',
    '28P01': 'HF_STORE_REFUSED',
    '3D000': 'HF_STORE_REFUSED',
    '42501': 'HF_STORE_REFUSED',
    '23505': 'HF_STORE_CONFLICT',
    '55P03': 'HF_STORE_BUSY',
    '57014': 'HF_STORE_BUSY',
    '53100': 'HF_STORE_UNWRITABLE',
    '25006': 'HF_STORE_UNWRITABLE',
    XX001: 'HF_STORE_DAMAGED',
  }
  for (const [code, fault] of Object.entries(cases))
    assert.equal(postgresFault('p', coded(code))?.code, fault, code)
  assert.equal(postgresFault('p', coded('42601')), null)
  assert.equal(postgresFault('p', new TypeError('x is not a function')), null)
})
