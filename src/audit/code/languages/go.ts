import type { LanguageTable } from './language-table.ts'

export const go = {
  language: 'go',
  scopes: {
    function_declaration: { is: 'function', name: 'name' },
    method_declaration: { is: 'function', name: 'name', receiver: 'receiver' },
    type_spec: { is: 'class', name: 'name' },
    func_literal: { is: 'function', name: '.none' },
  },
  handlers: [],
  conditionalHandlers: {
    if_statement: { pick: 'condition', matches: /\berr\w*\s*!=\s*nil/i },
  },
  imports: ['import_spec'],
  importing: /\bimport\b/,
  comments: ['comment'],
  calls: {
    call_expression: { callee: 'function', arguments: ['arguments'] },
    composite_literal: { callee: 'type', arguments: ['body'] },
  },
  pairs: {
    keyed_element: { name: 'key/@0', value: 'value/@0' },
  },
  definitions: {
    const_spec: { target: 'name', value: 'value', is: 'assignment' },
    var_spec: { target: 'name', value: 'value', is: 'assignment' },
    short_var_declaration: { target: 'left', value: 'right', is: 'assignment' },
    assignment_statement: { target: 'left', value: 'right', is: 'assignment' },
    field_declaration: { target: 'name', value: '.none', is: 'field' },
    return_statement: { target: '', value: '@0', is: 'return' },
  },
  expressions: {
    interpreted_string_literal: { as: 'string' },
    raw_string_literal: { as: 'string' },
    identifier: { as: 'name' },
    field_identifier: { as: 'name' },
    selector_expression: { as: 'name', object: 'operand' },
    call_expression: { as: 'call' },
    type_conversion_expression: { as: 'wrap', inner: 'operand' },
    index_expression: { as: 'subscript', object: 'operand', index: 'index' },
    binary_expression: { as: 'binary', left: 'left', right: 'right' },
    parenthesized_expression: { as: 'wrap', inner: '@0' },
    unary_expression: { as: 'wrap', inner: 'operand' },
    literal_element: { as: 'wrap', inner: '@0' },
    composite_literal: { as: 'map' },
    literal_value: { as: 'map' },
  },
  interpolations: {},
  tuples: ['expression_list'],
  cases: { expression_case: 'value' },
  spreads: ['variadic_argument'],
  generics: false,
} as const satisfies LanguageTable
