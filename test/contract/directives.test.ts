import assert from 'node:assert/strict'
import { existsSync, readFileSync } from 'node:fs'
import { basename, dirname, join, resolve } from 'node:path'
import { suite, test } from 'node:test'
import { loadCatalogue } from '../../src/cli/catalogue-files.ts'
import { createCedarEngine } from '../../src/cli/cedar-engine.ts'
import { parseYamlAs } from '../../src/cli/load-config.ts'
import { knownNames } from '../../src/cli/known-names.ts'
import { loadDirectives } from '../../src/cli/load-directives.ts'
import {
  canRestrict,
  checkCase,
  checkDirective,
  clauseOf,
  directiveStateAt,
  instantOf,
} from '../../src/policy/index.ts'
import {
  type Directive,
  type DirectiveCase,
  DirectiveCases,
  type DirectiveSource,
} from '../../src/schema/directive.ts'

const root = resolve(import.meta.dirname, '../..')
const shippedFolder = join(root, 'data/directives')
const { directives, problems } = await loadDirectives({
  folder: join(root, 'test/contract'),
  shipped: shippedFolder,
})
const catalogue = await loadCatalogue({})
const knownModels = new Set(
  catalogue.vendors.flatMap((vendor) => vendor.models.map((model) => model.id)),
)
const knownVendors = new Set(catalogue.vendors.map((vendor) => vendor.id))

interface Shipped {
  readonly directive: Directive
  readonly folder: string
  readonly cases: readonly DirectiveCase[]
  readonly sourceText: string
}

const shipped: readonly Shipped[] = directives.map(({ directive, path }) => {
  const folder = dirname(path)
  const casesPath = join(folder, 'cases.yaml')
  const text = existsSync(casesPath) ? readFileSync(casesPath, 'utf8') : ''
  const sourcePath = join(folder, 'source.md')
  const parsed =
    text === '' ? null : parseYamlAs(DirectiveCases, text, casesPath, 'HF_DIRECTIVE_INVALID')
  return {
    directive,
    folder,
    cases: parsed === null || parsed.directive !== directive.id ? [] : parsed.cases,
    sourceText: existsSync(sourcePath) ? readFileSync(sourcePath, 'utf8') : '',
  }
})

test('every folder of data/directives holds a directive that parses', () => {
  assert.deepEqual(
    problems.map(({ path, fault }) => `${path}: ${fault.message}`),
    [],
  )
  assert.ok(shipped.length >= 10, `${shipped.length} directives`)
})

/** The words below a heading of source.md, up to the next one. */
function partOf(markdown: string, heading: string): string {
  const after = markdown.split(`\n## ${heading}\n`)[1] ?? ''
  return (after.split('\n## ')[0] ?? '').trim()
}

/** Rows of the first table, without its head. */
function rowsOf(markdown: string): readonly (readonly string[])[] {
  return markdown
    .split('\n')
    .filter((line) => line.startsWith('|'))
    .slice(2)
    .map((line) =>
      line
        .split('|')
        .slice(1, -1)
        .map((cell) => cell.trim()),
    )
}

function sourcesOf(directive: Directive): readonly DirectiveSource[] {
  const all = [
    directive.source,
    ...directive.status.map((line) => line.source),
    ...directive.carveOuts.map((carveOut) => carveOut.source),
    ...directive.vendorActions.map((action) => action.source),
  ]
  return all.filter((source): source is DirectiveSource => typeof source === 'object')
}

suite('every shipped directive has its folder, its sources and its cases', () => {
  for (const { directive, folder, cases, sourceText } of shipped) {
    test(`${directive.id} lies in a folder of its issuer and its id`, () => {
      assert.equal(basename(folder), directive.id)
      assert.equal(basename(dirname(folder)), directive.issuer.replaceAll('/', '-'))
    })

    test(`${directive.id} says what was read, where, when and how near to the primary text`, () => {
      const rows = rowsOf(partOf(sourceText, 'What was read'))
      assert.ok(rows.length > 0, 'source.md has a table under `## What was read`')
      for (const [title, address, day, mark] of rows) {
        assert.ok(title !== undefined && title.length > 10, `a title: ${title}`)
        assert.ok(address !== undefined && address !== '', `an address or –: ${title}`)
        assert.match(day ?? '', /^\d{4}-\d{2}-\d{2}$/, `the day on which it was read: ${title}`)
        assert.match(mark ?? '', /^(?:P|P\*|S|W|U)\b|^P\*/, `a mark of evidence: ${title}`)
      }
      const addresses = sourcesOf(directive).flatMap(({ url }) => (url === undefined ? [] : [url]))
      assert.deepEqual(
        addresses.filter((url) => !sourceText.includes(url)),
        [],
        'addresses of directive.yaml that source.md does not name',
      )
    })

    test(`${directive.id} says what could not be read, and what is inference`, () => {
      for (const heading of ['What could not be read', 'What is inference']) {
        assert.match(partOf(sourceText, heading), /^- \S.{20,}/s, `a list under \`## ${heading}\``)
      }
      assert.ok(rowsOf(partOf(sourceText, 'From words to clauses')).length > 0)
    })

    test(`${directive.id} has cases for itself, each with a name of its own`, () => {
      assert.ok(cases.length >= 2, 'cases.yaml names this directive and has cases')
      const names = cases.map(({ name, at }) => `${name} ${at}`)
      assert.deepEqual(
        names.filter((name, index) => names.indexOf(name) !== index),
        [],
      )
    })

    test(`${directive.id} ships unverified, with carve-outs and lifts that name a source`, () => {
      assert.equal(directive.review.state, 'unverified')
      const reliefs = [
        ...directive.status.filter((line) => line.is === 'lifted' || line.is === 'suspended'),
        ...(directive.template === true ? [] : directive.carveOuts),
      ]
      assert.deepEqual(
        reliefs.filter(({ source }) => source === undefined),
        [],
      )
    })

    test(`${directive.id} names ${directive.template === true ? 'nothing real' : 'models that the catalogue knows'}`, () => {
      const { models } = directive.scope
      const listed = [
        ...(models === 'all' ? [] : 'length' in models ? models : (models.ids ?? [])),
        ...directive.carveOuts.flatMap((carveOut) => carveOut.models ?? []),
        ...directive.vendorActions.flatMap((action) => action.models),
        ...cases.map(({ model }) => model),
      ]
      const vendors = models === 'all' || 'length' in models ? [] : (models.vendors ?? [])
      if (directive.template === true) {
        assert.match(directive.id, /^template-/)
        assert.deepEqual(
          listed.filter((model) => knownModels.has(model)),
          [],
        )
        assert.deepEqual(
          vendors.filter((vendor) => knownVendors.has(vendor)),
          [],
        )
        assert.match(sourceText, /This is a shape, not a fact: .*invented.*cannot be enforced/s)
      } else {
        assert.deepEqual(
          listed.filter((model) => !knownModels.has(model)),
          [],
        )
        assert.deepEqual(
          vendors.filter((vendor) => !knownVendors.has(vendor)),
          [],
        )
      }
    })
  }
})

/** Every instant at which something about the directive changes, its first one first. */
function changesOf(directive: Directive): readonly string[] {
  const changes: string[] = []
  let at: string | null = '1970-01-01T00:00:00.000Z'
  while (at !== null) {
    at = directiveStateAt(directive, at).changesAt
    if (at !== null) changes.push(at)
  }
  return changes
}

suite('what a careful reader would ask of a directive has been answered', () => {
  const known = knownNames(catalogue)
  for (const { directive } of shipped) {
    test(`${directive.id} has no error and no warning of \`holdfast directive check\``, () => {
      const told = checkDirective(directive, { known }).filter(
        ({ severity }) => severity !== 'note',
      )
      assert.deepEqual(told, [])
    })
  }
})

suite('cases ask at every stage of a directive', () => {
  for (const { directive, cases } of shipped) {
    test(`${directive.id} is asked before, between and after all its changes`, () => {
      const changes = changesOf(directive)
      const stages = ['1970-01-01T00:00:00.000Z', ...changes].map((from, index) => ({
        from,
        to: changes[index] ?? '9999-12-31T23:59:59.999Z',
      }))
      const silent = stages.filter(
        ({ from, to }) =>
          !cases.some((one) => {
            const at = instantOf({ at: one.at }, 'relief')
            return from <= at && at < to
          }),
      )
      assert.deepEqual(silent, [])
    })
  }
})

suite('every shipped directive has been seen to allow and to deny', () => {
  for (const { directive, cases } of shipped) {
    if (canRestrict(directive.instrument)) {
      test(`${directive.id}, a ${directive.instrument}, is seen to allow and to deny`, () => {
        assert.ok(cases.some((one) => one.expect === 'allow'))
        assert.ok(cases.some((one) => one.expect === 'deny' && one.clause === 'scope'))
      })

      test(`${directive.id} asks for every class with and without an authorisation while it is in force`, () => {
        const asked = new Set(
          cases
            .filter((one) => directiveStateAt(directive, one.at).isInForce)
            .map((one) => `${one.class} ${one.authorisations.length > 0 ? 'with' : 'without'}`),
        )
        assert.equal(asked.size, 8, [...asked].join(', '))
      })

      test(`${directive.id}: each clause is seen to spare somebody who would be denied`, () => {
        const spared = new Set(
          cases.filter((one) => one.expect === 'allow').map((one) => one.clause),
        )
        const unseen = directive.carveOuts.map(clauseOf).filter((clause) => !spared.has(clause))
        assert.deepEqual(unseen, [])
      })
    } else {
      test(`${directive.id}, a ${directive.instrument}, is seen to limit or withdraw and never to deny`, () => {
        assert.deepEqual(
          cases.filter((one) => one.expect === 'deny'),
          [],
        )
        assert.ok(
          directive.vendorActions.some((action) => action.effect !== 'restored'),
          'an act of the vendor that limits or withdraws',
        )
        assert.ok(
          directive.status.some((line) => line.is === 'effective'),
          'it is effective, and denies nobody all the same',
        )
      })
    }
  }
})

const engine = createCedarEngine()

suite('the policy engine says of every case what is expected', () => {
  for (const { directive, cases } of shipped) {
    for (const one of cases) {
      test(`${directive.id}: ${one.name} (${one.at})`, () => {
        assert.deepEqual(checkCase(directive, one, engine).problems, [])
      })
    }
  }

  test('a case with a wrong expectation is told', () => {
    const { directive, cases } = named('us-bis-2026-06-12')
    const denied = cases.find((one) => one.expect === 'deny')
    assert.ok(denied !== undefined)
    const wrong = { ...denied, expect: 'allow', available: true, clause: 'annex-a' } as const
    assert.equal(checkCase(directive, wrong, engine).problems.length, 3)
  })
})

function named(id: string): Shipped {
  const found = shipped.find(({ directive }) => directive.id === id)
  assert.ok(found !== undefined, `no shipped directive \`${id}\``)
  return found
}

/** Decision 0009: `-` the directive does not concern them, `A` denied unless an authorisation is held. */
const truthTable = {
  'forbid all': ['deny', 'deny', 'deny', 'deny'],
  'forbid foreign-person': ['-', 'deny', 'deny', 'deny'],
  'require-authorisation all': ['A', 'A', 'deny', 'deny'],
  'require-authorisation foreign-person': ['-', 'A', 'deny', 'deny'],
} as const

const classes = [
  'not-foreign-person',
  'foreign-person-authorised',
  'foreign-person-not-authorised',
  'undetermined',
] as const

/** A use that the scope takes in, by somebody whom no clause spares. */
function plainUse({ directive, cases }: Shipped): DirectiveCase {
  const denied = cases.find((one) => one.expect === 'deny')
  assert.ok(denied !== undefined, `${directive.id} is seen to deny`)
  const { lists: _lists, entity: _entity, employment: _employment, ...rest } = denied
  return { ...rest, authorisations: [], clause: undefined }
}

suite('the truth table of effect × persons × class × authorisation over what ships', () => {
  for (const one of shipped.filter(({ directive }) => canRestrict(directive.instrument))) {
    const { effect, scope } = one.directive
    const use = plainUse(one)
    const definition = scope.definition ?? 'us-ear-772.1'
    for (const [index, eligibility] of classes.entries()) {
      for (const asked of [definition, 'another-definition']) {
        for (const authorisations of [[], ['an-authorisation']]) {
          // Under another definition nobody's class is known.
          const column = asked === definition ? index : classes.indexOf('undetermined')
          const cell = truthTable[`${effect} ${scope.persons}`][column]
          const isAllowed = cell === '-' || (cell === 'A' && authorisations.length > 0)
          const expect = isAllowed ? 'allow' : 'deny'
          const held = authorisations.length > 0 ? 'with' : 'without'
          test(`${one.directive.id}: ${eligibility} under ${asked}, ${held} an authorisation: ${expect}`, () => {
            const asks: DirectiveCase = {
              ...use,
              class: eligibility,
              definition: asked,
              authorisations,
              expect,
            }
            assert.equal(checkCase(one.directive, asks, engine).verdict, expect)
          })
        }
      }
    }
  }

  test('what ships holds both effects and both scopes of persons', () => {
    const rows = new Set(
      shipped
        .filter(({ directive }) => canRestrict(directive.instrument))
        .map(({ directive }) => `${directive.effect} ${directive.scope.persons}`),
    )
    assert.deepEqual([...rows].toSorted(), Object.keys(truthTable).toSorted())
  })
})

suite('what an act that cannot restrict says, it says to nobody', () => {
  for (const { directive, cases } of shipped.filter(
    (one) => !canRestrict(one.directive.instrument),
  )) {
    test(`${directive.id}, a ${directive.instrument}, denies no class at any of its instants`, () => {
      const [some] = cases
      assert.ok(some !== undefined)
      for (const at of [...changesOf(directive), some.at]) {
        for (const eligibility of classes) {
          const asks: DirectiveCase = { ...some, at, class: eligibility, authorisations: [] }
          assert.equal(checkCase(directive, asks, engine).verdict, 'allow', at)
        }
      }
    })
  }
})
