import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { withExclusions } from './build-portfolio.ts'
import {
  build,
  codeFallback,
  dependency,
  over,
  route,
  verdict,
} from './portfolio/small-world.test.ts'

const apple = 'appletree/apple-large-1'
const small = 'appletree/apple-small-1'
const plum = 'plumtree/plum-large-1'
const pear = 'peartree/pear-large-1'
const routes = [
  route('direct', 'appletree', [apple, small]),
  route('stall', 'plum-stall', [plum], { region: 'fr' }),
  route('north', 'market', [apple], { region: 'North-1' }),
  route('cellar', 'self', [pear], { region: 'de', weightsHeld: true, hardware: 'Nvidia' }),
]
const pressing = { id: 'pressing', task: 'chat', model: apple, fallbacks: [pear, plum] }

suite('elements of an option', () => {
  const built = build({ routes, workflows: [pressing] }, null)
  const elements = (option: string) =>
    built.need('pressing', apple).options.find(({ id }) => id === option)?.elements

  test('a vendor brings its seat, its parent and the seat of that', () => {
    assert.deepEqual(elements(`${apple}@direct`), [
      'jurisdiction:GB',
      'jurisdiction:US',
      `model:${apple}`,
      'parent:orchard-holding-ltd',
      'provider:appletree',
      'route:direct',
      'vendor:appletree',
    ])
  })

  test('a region brings its country, a provider its parent', () => {
    assert.deepEqual(elements(`${apple}@north`), [
      'jurisdiction:DE',
      'jurisdiction:GB',
      'jurisdiction:US',
      `model:${apple}`,
      'parent:orchard-holding-ltd',
      'parent:square-inc',
      'provider:market',
      'region:north-1',
      'route:north',
      'vendor:appletree',
    ])
  })

  test('held weights drop the vendor and its jurisdiction, never the hardware', () => {
    assert.deepEqual(elements(`${pear}@cellar`), [
      'hardware:nvidia',
      'jurisdiction:DE',
      `model:${pear}`,
      'provider:self',
      'region:de',
      'route:cellar',
    ])
  })
})

suite('needs of a workflow', () => {
  test('the configured model goes over every route that lists it, then the fallbacks in order', () => {
    const built = build({ routes, workflows: [pressing] }, null)
    assert.deepEqual(built.options('pressing', apple), [
      `${apple}@direct`,
      `${apple}@north`,
      `${pear}@cellar`,
      `${plum}@stall`,
    ])
  })

  test('a fallback may name its route, its rto and its capacity, and may be a tool or people', () => {
    const fallbacks = [
      { model: apple, route: 'north', rto: '90s' },
      { tool: 'sieve', rto: '5m', capacity: { concurrent: 2 } },
      { manual: 'two pickers' },
    ]
    const built = build({ routes, workflows: [{ ...pressing, model: plum, fallbacks }] }, null)
    const [, north, tool, people] = built.need('pressing', plum).options
    assert.equal(north?.id, `${apple}@north`)
    assert.equal(north?.rtoMs, 90_000)
    assert.deepEqual(
      [tool?.id, tool?.kind, tool?.rtoMs, tool?.capacity?.concurrent, tool?.elements],
      ['tool:sieve', 'tool', 300_000, 2, []],
    )
    assert.deepEqual(
      [people?.id, people?.rtoMs, people?.capacity],
      ['manual:two pickers', null, null],
    )
  })

  test('without a route the providers of the register serve it, else the vendor is assumed and told', () => {
    const seen = build({ workflows: [pressing] }, [
      dependency({ workflow: 'pressing', model: apple, route: over('market', 'north-1') }),
    ])
    assert.deepEqual(seen.options('pressing', apple)[0], `${apple}@provider:market/north-1`)
    const assumed = build({ workflows: [{ ...pressing, fallbacks: [] }] }, null)
    assert.deepEqual(assumed.options('pressing', apple), [`${apple}@provider:appletree`])
    assert.match(assumed.notices.join('\n'), /appletree is assumed/)
    const unserved = build({ workflows: [{ ...pressing, model: pear, fallbacks: [] }] }, null)
    assert.deepEqual(unserved.need('pressing', pear).options[0]?.elements, [
      'jurisdiction:CN',
      `model:${pear}`,
      'vendor:peartree',
    ])
    assert.match(unserved.notices.join('\n'), /only their vendors are counted/)
  })

  test('a further model of production or CI is a need of its own, with the same fallbacks', () => {
    const built = build({ routes, workflows: [pressing] }, [
      dependency({ workflow: 'pressing', model: apple }),
      dependency({ workflow: 'pressing', model: small, context: 'ci', role: 'declare' }),
    ])
    assert.deepEqual(
      built.workflow('pressing').needs.map(({ id }) => id),
      [apple, small],
    )
    assert.deepEqual(built.options('pressing', small), [
      `${small}@direct`,
      `${pear}@cellar`,
      `${plum}@stall`,
    ])
    assert.deepEqual(built.need('pressing', small).places, [
      {
        repository: 'shop',
        path: `src/${small}.ts`,
        line: 3,
        dependency: `d-pressing-${small}-`,
      },
    ])
  })

  test('what is no production work is no need', () => {
    const others = (
      ['test', 'documentation', 'developer-tool', 'evaluation', 'generated', 'vendored'] as const
    ).map((context) => dependency({ workflow: 'pressing', model: small, context }))
    const roles = (['allow', 'price', 'test', 'documentation', 'mention'] as const).map((role) =>
      dependency({ workflow: 'pressing', model: small, role }),
    )
    const built = build({ routes, workflows: [pressing] }, [
      ...others,
      ...roles,
      dependency({ workflow: 'pressing', model: small, environment: 'dev' }),
    ])
    assert.deepEqual(
      built.workflow('pressing').needs.map(({ id }) => id),
      [apple],
    )
  })

  test('a default that production replaces at the same place is no need', () => {
    const occurrences = dependency({ workflow: 'pressing', model: pear }).occurrences
    const built = build({ routes, workflows: [{ id: 'pressing', task: 'chat' }] }, [
      dependency({ workflow: 'pressing', model: small, occurrences }),
      dependency({ workflow: 'pressing', model: pear, environment: 'prod', occurrences }),
    ])
    assert.deepEqual(
      built.workflow('pressing').needs.map(({ id }) => id),
      [pear],
    )
  })

  test('a configured fallback and a fallback in code are no needs', () => {
    const built = build({ routes, workflows: [{ ...pressing, fallbacks: [plum] }] }, [
      dependency({ workflow: 'pressing', model: apple, fallbacks: [codeFallback(pear, 'self')] }),
      dependency({ workflow: 'pressing', model: plum }),
      dependency({ workflow: 'pressing', model: pear }),
    ])
    assert.deepEqual(
      built.workflow('pressing').needs.map(({ id }) => id),
      [apple],
    )
    assert.deepEqual(built.options('pressing', apple).slice(2), [`${plum}@stall`, `${pear}@cellar`])
  })

  test('of two models that stand in for each other the first is the need', () => {
    const built = build(null, [
      dependency({
        workflow: 'pressing',
        model: apple,
        route: over('appletree'),
        fallbacks: [codeFallback(plum, 'plum-stall')],
      }),
      dependency({
        workflow: 'pressing',
        model: plum,
        route: over('plum-stall'),
        fallbacks: [codeFallback(apple, 'appletree')],
      }),
    ])
    assert.deepEqual(
      built.workflow('pressing').needs.map(({ id }) => id),
      [apple],
    )
    assert.deepEqual(built.options('pressing', apple), [
      `${apple}@provider:appletree`,
      `${plum}@provider:plum-stall`,
    ])
  })

  test('the same model over another cloud needs no new trial', () => {
    const built = build(null, [
      dependency({
        workflow: 'pressing',
        model: apple,
        route: over('appletree'),
        fallbacks: [codeFallback(apple, 'market')],
      }),
    ])
    assert.deepEqual(
      built.need('pressing', apple).options.map(({ id, evidence }) => [id, evidence]),
      [
        [`${apple}@provider:appletree`, 'same-model'],
        [`${apple}@provider:market`, 'same-model'],
      ],
    )
  })

  test('texts and embeddings do not replace each other', () => {
    const built = build({ routes, workflows: [pressing] }, [
      dependency({
        workflow: 'pressing',
        model: 'appletree/apple-embed-1',
        route: over('appletree'),
      }),
    ])
    const options = built.need('pressing', 'appletree/apple-embed-1').options
    assert.deepEqual(
      options.map(({ excluded }) => excluded === null),
      [true, false, false],
    )
    assert.match(options[1]?.excluded ?? '', /makes no embeddings/)
  })

  test('a call whose model nobody knows keeps what is known of it', () => {
    const built = build(
      { routes, workflows: [{ id: 'pressing', task: 'chat', fallbacks: [{ tool: 'sieve' }] }] },
      [
        dependency({
          workflow: 'pressing',
          modelAsWritten: 'crate-7',
          question: 'q-1234',
          route: over('market', 'north-1'),
        }),
        dependency({
          workflow: 'pressing',
          modelAsWritten: 'crate-7',
          question: 'q-1234',
          role: 'declare',
          route: over('market', 'north-1'),
        }),
      ],
    )
    const need = built.need('pressing', 'crate-7')
    assert.equal(need.unknown, 'q-1234')
    assert.deepEqual(
      need.options.map(({ id }) => id),
      ['crate-7@provider:market/north-1', 'tool:sieve'],
    )
    assert.deepEqual(need.options[0]?.elements, [
      'jurisdiction:DE',
      'jurisdiction:US',
      'parent:square-inc',
      'provider:market',
      'region:north-1',
    ])
    assert.equal(need.places.length, 2)
  })

  test('an answer of holdfast.yaml settles what the audit could not', () => {
    const found = [
      dependency({ workflow: 'pressing', modelAsWritten: 'crate-7', question: 'q-1234' }),
    ]
    const answered = (model: string | null) =>
      build(
        {
          routes,
          workflows: [{ id: 'pressing', task: 'chat' }],
          answers: [{ question: 'q-1234', model }],
        },
        found,
      )
    assert.deepEqual(answered(plum).options('pressing', plum), [`${plum}@stall`])
    assert.deepEqual(answered(null).workflow('pressing').needs, [])
  })

  test('names are read through the resolver', () => {
    const built = build(
      {
        routes,
        workflows: [{ ...pressing, model: 'appletree/apple-large-1-20260101', fallbacks: [] }],
      },
      null,
    )
    assert.deepEqual(built.options('pressing', apple), [`${apple}@direct`, `${apple}@north`])
  })
})

suite('evidence', () => {
  const evidenceOf = (record: Partial<ReturnType<typeof verdict>>) =>
    build({ routes, workflows: [pressing] }, null, [
      { ...verdict('pressing', pear, 'cellar'), ...record },
    ])
      .need('pressing', apple)
      .options.map(({ evidence }) => evidence)

  test('a verdict qualifies its workflow, model and route', () => {
    assert.deepEqual(evidenceOf({}), ['same-model', 'same-model', 'qualified', 'unqualified'])
    assert.equal(evidenceOf(verdict('bottling', pear, 'cellar'))[2], 'unqualified')
    assert.equal(evidenceOf(verdict('pressing', pear, 'north'))[2], 'unqualified')
  })

  test('a tool counts by trial, people by none', () => {
    const work = { ...pressing, fallbacks: [{ tool: 'sieve' }, { manual: 'two pickers' }] }
    const evidence = (records: readonly ReturnType<typeof verdict>[]) =>
      build({ routes, workflows: [work] }, null, records)
        .need('pressing', apple)
        .options.flatMap(({ kind, evidence: shown }) => (kind === 'model' ? [] : [shown]))
    assert.deepEqual(evidence([]), ['unqualified', 'unqualified'])
    const tried = [
      verdict('pressing', 'tool:sieve', 'anything'),
      verdict('pressing', 'tool:two pickers', ''),
    ]
    assert.deepEqual(evidence(tried), ['qualified', 'unqualified'])
  })

  test('the newest trial that found it one way or the other decides', () => {
    const later = { ...verdict('pressing', pear, 'cellar'), decidedAt: '2026-07-01T00:00:00Z' }
    const evidence = (word: 'NOT_QUALIFIED' | 'INCONCLUSIVE') =>
      build({ routes, workflows: [pressing] }, null, [
        { ...later, verdict: word },
        verdict('pressing', pear, 'cellar'),
      ]).need('pressing', apple).options[2]?.evidence
    assert.equal(evidence('NOT_QUALIFIED'), 'unqualified')
    assert.equal(evidence('INCONCLUSIVE'), 'qualified')
  })

  test('a verdict that says no, has run out or was ended qualifies nothing', () => {
    assert.equal(evidenceOf({ verdict: 'NOT_QUALIFIED' })[2], 'unqualified')
    assert.equal(evidenceOf({ validUntil: '2026-11-24T00:00:00Z' })[2], 'unqualified')
    assert.equal(evidenceOf({ validUntil: '2026-11-24T00:00:01Z' })[2], 'qualified')
    assert.equal(evidenceOf({ invalidatedBy: 'prompt-changed' })[2], 'unqualified')
  })
})

suite('what a portfolio knows of the organisation', () => {
  test('people of several groups are summed, and a group without a headcount is told', () => {
    const groups = {
      pickers: { headcount: { 'not-foreign-person': 3, 'foreign-person-not-authorised': 2 } },
      packers: { headcount: { 'not-foreign-person': 4, undetermined: 1 } },
      guests: {},
    }
    const audience = ['pickers', 'packers', 'guests', 'piquers']
    const built = build({ groups, workflows: [{ ...pressing, audience }] }, null)
    assert.deepEqual(built.workflow('pressing').headcount, {
      'not-foreign-person': 7,
      'foreign-person-authorised': 0,
      'foreign-person-not-authorised': 2,
      undetermined: 1,
    })
    assert.match(built.notices.join('\n'), /guests states no headcount/)
    assert.match(built.notices.join('\n'), /piquers, which does not exist; did you mean pickers\?/)
    assert.equal(build({ workflows: [pressing] }, null).workflow('pressing').headcount, null)
  })

  test('what its provider has ended is named, where it would serve', () => {
    const told = (provider: string): string =>
      build(
        {
          routes: [route('direct', 'appletree', [apple]), route('other', provider, [small])],
          workflows: [{ ...pressing, fallbacks: [small] }],
        },
        null,
      ).notices.join('\n')
    assert.match(
      told('market'),
      /count as served all the same: appletree\/apple-small-1@other \(retired at market on 2026-01-01/,
    )
    assert.doesNotMatch(told('appletree'), /all the same/)
  })

  test('an empty audience, and a minStaff of which only some people are counted, are told', () => {
    const groups = { pickers: { headcount: { undetermined: 3 } }, guests: {} }
    const told = (more: object) =>
      build({ groups, workflows: [{ ...pressing, ...more }] }, null).notices.join('\n')
    assert.match(told({ audience: [] }), /pressing: its audience is empty/)
    const partly = /minStaff is held against the people that are counted, without those of guests/
    assert.match(told({ audience: ['pickers', 'guests'], minStaff: 2 }), partly)
    assert.doesNotMatch(told({ audience: ['pickers'], minStaff: 2 }), /minStaff/)
    assert.doesNotMatch(told({ audience: ['guests'], minStaff: 2 }), /minStaff/)
  })

  test('durations, loads and capacities are numbers', () => {
    const times = { mtpd: '4h', rto: '15m', mbco: { capacity: 0.5 }, load: { concurrent: 3 } }
    const capacity = { concurrent: 8 }
    const built = build(
      {
        routes: [route('cellar', 'self', [pear], { capacity })],
        workflows: [{ ...pressing, ...times }],
      },
      null,
    )
    const { mtpdMs, rtoMs, mbcoCapacity, load } = built.workflow('pressing')
    assert.deepEqual([mtpdMs, rtoMs, mbcoCapacity, load.concurrent], [14_400_000, 900_000, 0.5, 3])
    assert.deepEqual(built.portfolio.capacities, [
      {
        route: 'cellar',
        capacity: { concurrent: 8, requestsPerMinute: null, tokensPerMinute: null },
      },
    ])
  })

  test('workflows that only the audit saw are workflows too', () => {
    const built = build({ routes, workflows: [pressing] }, [
      dependency({ workflow: 'bottling', model: plum }),
    ])
    const { source, criticality } = built.workflow('bottling')
    assert.deepEqual([source, criticality], ['inferred', null])
    assert.match(built.notices.join('\n'), /older than holdfast.yaml: it does not know pressing/)
  })

  test('common causes keep their members in one spelling, also when they name each other', () => {
    const commonCause = [
      { id: 'frost', elements: ['common-cause:hail', 'jurisdiction:us'] },
      { id: 'hail', elements: ['common-cause:frost', 'model:apple-large-1', 'vendor:plumtre'] },
    ]
    const built = build({ routes, workflows: [pressing], commonCause }, null)
    const takes = new Map(built.portfolio.elements.map((one) => [one.id, one.takes]))
    assert.deepEqual(takes.get('common-cause:frost'), ['common-cause:hail', 'jurisdiction:US'])
    assert.deepEqual(takes.get('common-cause:hail'), [
      'common-cause:frost',
      `model:${apple}`,
      'vendor:plumtre',
    ])
    assert.match(
      built.notices.join('\n'),
      /depends on vendor:plumtre.*did you mean vendor:plumtree\?/,
    )
  })

  test('two of one name, routes that lead nowhere and unknown regions are told, and sink nothing', () => {
    const built = build(
      {
        routes: [
          ...routes,
          route('direct', 'market', [plum]),
          route('far', 'bazaar', [plum], { region: 'south-9' }),
        ],
        workflows: [
          pressing,
          { ...pressing, model: plum },
          { ...pressing, id: 'bottling', fallbacks: [{ model: pear, route: 'loft' }] },
        ],
      },
      null,
    )
    const told = built.notices.join('\n')
    assert.match(told, /two routes are called direct; the first one counts/)
    assert.match(told, /two workflows are called pressing/)
    assert.match(told, /names the route loft, which does not exist/)
    assert.match(told, /does not know the provider bazaar/)
    assert.match(told, /in which country the region south-9 lies/)
    assert.equal(built.portfolio.workflows.length, 2)
    assert.deepEqual(built.options('bottling', apple).at(-1), `${pear}@cellar`)
  })

  test('an own machine that does not say whether it holds the weights keeps the vendor', () => {
    const built = build(
      {
        routes: [route('loft', 'self', [pear])],
        workflows: [{ ...pressing, model: pear, fallbacks: [] }],
      },
      null,
    )
    assert.ok(built.need('pressing', pear).options[0]?.elements.includes('vendor:peartree'))
    assert.match(built.notices.join('\n'), /does not say whether the weights are held/)
  })

  test('an exclusion reaches model options only', () => {
    const { portfolio } = build(
      { routes, workflows: [{ ...pressing, fallbacks: [{ tool: 'sieve' }] }] },
      null,
    )
    const excluded = withExclusions(portfolio, (_workflow, option) =>
      option.route === 'north' ? 'too far' : null,
    )
    assert.deepEqual(
      excluded.workflows[0]?.needs[0]?.options.map((option) => option.excluded),
      [null, 'too far', null],
    )
  })

  test('ten thousand workflows are built at once', () => {
    const workflows = Array.from({ length: 10_000 }, (_, index) => ({
      ...pressing,
      id: `pressing-${index}`,
    }))
    const startedAt = performance.now()
    const built = build({ routes, workflows }, null)
    assert.equal(built.portfolio.workflows.length, 10_000)
    assert.ok(performance.now() - startedAt < 5_000)
  })
})
