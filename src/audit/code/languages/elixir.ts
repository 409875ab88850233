import type { LanguageTable } from './language-table.ts'

/** Everything in Elixir is a call: what a call is follows from its target. */
export const elixir = {
  language: 'elixir',
  scopes: {
    call: {
      is: 'class',
      name: '.arguments/@0',
      when: { pick: 'target', matches: /^(?:defmodule|defprotocol)$/ },
      functionWhen: {
        pick: 'target',
        matches: /^(?:def|defp|defmacro|defmacrop|test)$/,
        name: '.arguments/@0/target|.arguments/@0/left/target|.arguments/@0',
        expression: '.arguments/.keywords/@0/value|.do_block/@-1',
      },
      begins: '^(?:def|test)',
    },
  },
  handlers: ['rescue_block', 'catch_block'],
  imports: [],
  importCalls: {
    matches: /^(?:alias|import|require|use)$/,
    kind: 'call',
    begins: '^(?:alias|import|require|use) ',
  },
  comments: ['comment'],
  calls: {
    call: { callee: 'target', arguments: ['.arguments'] },
    map: { callee: '.struct', arguments: ['.map_content'] },
  },
  pairs: {
    pair: { name: 'key', value: 'value' },
    binary_operator: { name: 'left', value: 'right' },
  },
  pairOperators: { binary_operator: /^=>$/ },
  definitions: {
    unary_operator: {
      target: 'operand/target',
      value: 'operand/.arguments/@0',
      is: 'field',
      when: { pick: '', matches: /^@/ },
    },
    binary_operator: {
      target: 'left',
      value: 'right',
      is: 'assignment',
      operator: /^=$/,
      parameterOperator: /^\\\\$/,
    },
  },
  expressions: {
    string: { as: 'string' },
    charlist: { as: 'string' },
    sigil: { as: 'string' },
    atom: { as: 'symbol' },
    quoted_atom: { as: 'symbol' },
    keyword: { as: 'symbol' },
    identifier: { as: 'name' },
    alias: { as: 'name' },
    dot: { as: 'name', object: 'left' },
    unary_operator: { as: 'name' },
    call: { as: 'call' },
    access_call: { as: 'subscript', object: 'target', index: 'key' },
    binary_operator: { as: 'binary', left: 'left', right: 'right' },
    block: { as: 'wrap', inner: '@0' },
    list: { as: 'list' },
    tuple: { as: 'list' },
    map: { as: 'map' },
  },
  interpolations: { interpolation: '@0' },
  tuples: [],
  cases: { stab_clause: 'left' },
  spreads: [],
  generics: false,
} as const satisfies LanguageTable
